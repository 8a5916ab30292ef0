/// The tables, as numbered steps. A step that has been released is never changed; another is added.
enum Schema {
    /// `PRAGMA application_id` of our files: "GLMP".
    static let applicationID: Int64 = 0x474C_4D50
    /// Vectors of 512…1152 float32 numbers are 2…4.5 KiB: several lie on a page of 16 KiB without overflow pages.
    static let pageSize = 16384

    /// `steps[n]` brings version n to n + 1.
    static let steps: [String] = [places, items, vectors, failures, names, jobs]

    private static let places = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            created_at INTEGER NOT NULL            -- all moments: microseconds since 1970, UTC
        );
        CREATE TABLE sources (
            collection_id INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            PRIMARY KEY (collection_id, path)
        ) WITHOUT ROWID;
        """

    /// `items_by_time` covers every filter, order, layout and figure, so that they never touch the wide rows.
    private static let items = """
        CREATE TABLE folders (
            id INTEGER PRIMARY KEY,
            collection_id INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            path TEXT NOT NULL,                    -- absolute, no trailing slash; '/' for the root
            UNIQUE (collection_id, path)
        );
        CREATE TABLE cameras (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE              -- "make model" in lower case
        );
        CREATE TABLE items (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            collection_id INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            folder_id INTEGER NOT NULL REFERENCES folders(id),
            file_name TEXT NOT NULL,
            file_size INTEGER NOT NULL,
            file_modified INTEGER NOT NULL,        -- nanoseconds since 1970, UTC
            sha256 BLOB NOT NULL,
            format TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            taken_at REAL,                         -- seconds of the camera's own clock
            taken_offset INTEGER,                  -- that clock's minutes from UTC
            taken_sort REAL NOT NULL,              -- taken_at, else the file's modification time
            latitude REAL,
            longitude REAL,
            camera_id INTEGER REFERENCES cameras(id),
            metadata TEXT NOT NULL,                -- JSON, all that the file says
            phash BLOB,
            state INTEGER NOT NULL,                -- 0 present, 1 missing
            thumbnail INTEGER NOT NULL,            -- 0 absent, 1 ready, 2 failed
            indexed_at INTEGER NOT NULL,
            UNIQUE (folder_id, file_name)
        );
        CREATE INDEX items_by_time ON items (
            collection_id, state, taken_sort, id,
            format, width, height, taken_at, latitude, longitude, camera_id, folder_id, file_size);
        CREATE INDEX items_by_digest ON items (sha256, collection_id);
        CREATE INDEX items_by_thumbnail ON items (collection_id, thumbnail, id) WHERE state = 0;
        CREATE INDEX items_by_camera ON items (camera_id) WHERE camera_id IS NOT NULL;
        """

    /// `embedding_changes` outlives its items on purpose: its rows without a vector tell caches what is gone.
    private static let vectors = """
        CREATE TABLE spaces (
            id INTEGER PRIMARY KEY,
            model TEXT NOT NULL,
            revision TEXT NOT NULL,
            dimensions INTEGER NOT NULL,
            metric TEXT NOT NULL,
            UNIQUE (model, revision, dimensions, metric)
        );
        CREATE TABLE embeddings (
            item_id INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE,
            space_id INTEGER NOT NULL REFERENCES spaces(id),
            vector BLOB NOT NULL,                  -- float32, little-endian
            PRIMARY KEY (item_id, space_id)
        );
        CREATE TABLE embedding_changes (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            space_id INTEGER NOT NULL REFERENCES spaces(id),
            collection_id INTEGER NOT NULL,
            item_id INTEGER NOT NULL,
            has_vector INTEGER NOT NULL,           -- 0: the item is gone or missing, or the vector is
            UNIQUE (space_id, item_id)
        );
        CREATE INDEX embedding_changes_by_sequence
            ON embedding_changes (space_id, sequence, item_id, has_vector, collection_id);
        """

    private static let failures = """
        CREATE TABLE failures (
            collection_id INTEGER NOT NULL REFERENCES collections(id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            code TEXT NOT NULL,
            reason TEXT NOT NULL,
            file_size INTEGER,
            file_modified INTEGER,
            failed_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            PRIMARY KEY (collection_id, path)
        ) WITHOUT ROWID;
        CREATE INDEX failures_by_time ON failures (collection_id, failed_at, path);
        """

    /// The rowid is the item's id.
    private static let names = """
        CREATE VIRTUAL TABLE names USING fts5 (
            file_name, folders, caption,
            tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
        """

    private static let jobs = """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            payload BLOB NOT NULL,
            unique_key TEXT,
            state TEXT NOT NULL,
            progress BLOB,
            attempts INTEGER NOT NULL DEFAULT 0,
            max_attempts INTEGER NOT NULL,
            run_after INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            lease_owner TEXT,
            lease_expires INTEGER,
            cancel_requested INTEGER NOT NULL DEFAULT 0,
            error TEXT
        );
        CREATE UNIQUE INDEX jobs_unfinished_by_key ON jobs (unique_key)
            WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
        CREATE INDEX jobs_unfinished ON jobs (state, kind, run_after) WHERE state IN ('queued', 'running');
        CREATE INDEX jobs_by_kind ON jobs (kind, id);
        """
}
