/// How an index finds neighbours. The raw value is what the API and the command line call it.
public enum IndexKind: String, Codable, Sendable, CaseIterable {
    /// Compares the query with every vector: exact.
    case flat
    /// Looks into the lists of the nearest of `nlist` centroids: an inverted file (Jégou et al., 2011).
    case ivf
    /// Walks a hierarchical navigable small-world graph (Malkov and Yashunin, 2018).
    case hnsw
    /// Whatever suits the size, the filter and the recall that is asked for; changes as the collection grows.
    case auto
}

/// How vectors are stored for the first look. The raw value is what the command line calls it.
public enum VectorStorage: String, Codable, Sendable, CaseIterable {
    case f32, f16
    /// A byte a number after a random rotation, compared with VNNI where there is; what looks good is scored again
    /// with the master copy.
    case int8
    /// A bit a number (RaBitQ: Gao and Long, 2024), scored again like `int8`.
    case bit
}

/// How the master copy of vectors is stored, against which codes are scored again.
public enum MasterPrecision: String, Codable, Sendable, CaseIterable {
    case f32
    /// IEEE binary16: 11 significant bits, up to 65,504.
    case f16
}

/// Parameters of `IndexKind.hnsw`.
public struct HNSWParameters: Codable, Sendable, Equatable {
    /// Neighbours a node chooses, 4…64; level 0 has room for twice as many.
    public var m: Int
    /// Candidates kept while a node is inserted, `m`…2,000.
    public var efConstruction: Int
    /// Candidates kept in a search that asks for neither `ef` nor a recall.
    public var efSearch: Int

    public init(m: Int = 16, efConstruction: Int = 200, efSearch: Int = 64) {
        self.m = m
        self.efConstruction = efConstruction
        self.efSearch = efSearch
    }
}

/// Parameters of `IndexKind.ivf`.
public struct IVFParameters: Codable, Sendable, Equatable {
    /// Centroids; nil means four times the square root of the number of vectors.
    public var nlist: Int?
    /// Lists searched where a search asks for none; nil means a sixteenth of them.
    public var nprobe: Int?

    public init(nlist: Int? = nil, nprobe: Int? = nil) {
        self.nlist = nlist
        self.nprobe = nprobe
    }
}

/// What an index is to be.
public struct IndexConfiguration: Codable, Sendable, Equatable {
    public var kind: IndexKind
    public var storage: VectorStorage
    /// Precision of the master copy; `storage` f32 and f16 are their own.
    public var master: MasterPrecision
    public var hnsw: HNSWParameters
    public var ivf: IVFParameters

    /// - Parameter master: nil means what `storage` is, and f16 for codes.
    public init(
        kind: IndexKind = .auto, storage: VectorStorage = .int8, master: MasterPrecision? = nil,
        hnsw: HNSWParameters = HNSWParameters(), ivf: IVFParameters = IVFParameters()
    ) {
        self.kind = kind
        self.storage = storage
        self.hnsw = hnsw
        self.ivf = ivf
        self.master =
            switch storage {
            case .f32: .f32
            case .f16: .f16
            case .int8, .bit: master ?? .f16
            }
    }

    /// Whether the precision of the master copy fits the storage.
    var isConsistent: Bool {
        self == IndexConfiguration(kind: kind, storage: storage, master: master, hnsw: hnsw, ivf: ivf)
    }

    /// Exact search in float32 and nothing else.
    public static let exact = IndexConfiguration(kind: .flat, storage: .f32)
}
