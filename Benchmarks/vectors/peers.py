"""The peers, each asked in the way that its documentation recommends, all for the inner product (cosine for usearch's
int8, which it needs). worker.py runs them.
"""

import numpy as np

BLOCK = 50_000


class Peer:
    """One library in one setting."""

    m = 16  # links a node; twice as many in the lowest layer, in all three libraries
    dimensions = 0
    library = "numpy"

    def add(self, base: np.ndarray, options: dict) -> None:
        raise NotImplementedError

    def save(self, path: str) -> None:
        raise NotImplementedError

    def load(self, path: str, mapped: bool) -> None:
        """`mapped`: in the library's way of opening a file without reading it, where it has one."""
        raise NotImplementedError

    def prepare(self, effort: int, threads: int, allowed: np.ndarray | None, rows: int) -> None:
        raise NotImplementedError

    def search(self, queries: np.ndarray, k: int) -> np.ndarray:
        """Row numbers [queries, k]; -1 where there are no more."""
        raise NotImplementedError


class Hnswlib(Peer):
    library = "hnswlib"

    def add(self, base, options):
        import hnswlib

        self.index = hnswlib.Index("ip", base.shape[1])
        self.index.init_index(len(base), ef_construction=options["ef_construction"], M=self.m, random_seed=1)
        self.index.set_num_threads(options["threads"])
        for start in range(0, len(base), BLOCK):
            block = np.asarray(base[start : start + BLOCK])
            self.index.add_items(block, np.arange(start, start + len(block)))

    def save(self, path):
        self.index.save_index(path)

    def load(self, path, mapped):
        import hnswlib

        self.index = hnswlib.Index("ip", self.dimensions)
        self.index.load_index(path)

    def prepare(self, effort, threads, allowed, rows):
        self.index.set_ef(effort)
        self.index.set_num_threads(threads)
        self.threads = threads

    def search(self, queries, k):
        return self.index.knn_query(queries, k, num_threads=self.threads)[0].astype(np.int64)


class Usearch(Peer):
    library = "usearch.index"

    def __init__(self, storage, metric):
        self.storage, self.metric = storage, metric

    def add(self, base, options):
        from usearch.index import Index

        self.index = Index(ndim=base.shape[1], metric=self.metric, dtype=self.storage, connectivity=self.m,
                           expansion_add=options["ef_construction"], enable_key_lookups=False)
        for start in range(0, len(base), BLOCK):
            block = np.asarray(base[start : start + BLOCK])
            self.index.add(np.arange(start, start + len(block), dtype=np.uint64), block, threads=options["threads"])

    def save(self, path):
        self.index.save(path)

    def load(self, path, mapped):
        from usearch.index import Index

        self.index = Index(ndim=self.dimensions, metric=self.metric, dtype=self.storage, connectivity=self.m,
                           enable_key_lookups=False)
        self.index.view(path) if mapped else self.index.load(path)

    def prepare(self, effort, threads, allowed, rows):
        self.index.expansion_search = effort
        self.threads = threads

    def search(self, queries, k):
        return np.atleast_2d(self.index.search(queries, k, threads=self.threads).keys).astype(np.int64)


class Faiss(Peer):
    """`make` gives an empty index for so many dimensions and rows."""

    library = "faiss"

    def __init__(self, make, refined_by=None):
        self.make, self.refined_by = make, refined_by
        self.parameters = None

    def add(self, base, options):
        import faiss

        faiss.omp_set_num_threads(options["threads"])
        if self.refined_by:
            self.index = faiss.read_index(options["from"])
            fine = self.refined_by(faiss, base.shape[1])
            fine.train(np.asarray(base[:BLOCK]))
            self.fill(fine, base)
            self.parts = (self.index, fine)  # faiss does not keep them alive itself
            self.index = faiss.IndexRefine(*self.parts)
            return
        self.index = self.make(faiss, base.shape[1], len(base))
        graph = getattr(self.index, "hnsw", None)
        if graph is not None:
            graph.efConstruction = options["ef_construction"]
        if not self.index.is_trained:
            chosen = np.random.default_rng(1).choice(len(base), min(len(base), 4 * BLOCK), replace=False)
            self.index.train(np.asarray(base[np.sort(chosen)]))
        self.fill(self.index, base)

    @staticmethod
    def fill(index, base):
        for start in range(0, len(base), BLOCK):
            index.add(np.asarray(base[start : start + BLOCK]))

    def save(self, path):
        import faiss

        faiss.write_index(self.index, path)

    def load(self, path, mapped):
        import faiss

        self.index = faiss.read_index(path, faiss.IO_FLAG_MMAP_IFC if mapped else 0)

    def prepare(self, effort, threads, allowed, rows):
        import faiss

        faiss.omp_set_num_threads(threads)
        chosen = {}
        if allowed is not None:
            bits = np.zeros(rows, bool)
            bits[allowed] = True
            self.bitmap = np.packbits(bits, bitorder="little")
            self.selector = faiss.IDSelectorBitmap(rows, faiss.swig_ptr(self.bitmap))
            chosen["sel"] = self.selector
        inner = faiss.downcast_index(self.index.base_index) if self.refined_by else self.index
        if isinstance(inner, faiss.IndexIVF):
            self.parameters = faiss.SearchParametersIVF(nprobe=effort, **chosen)
        elif isinstance(inner, faiss.IndexHNSW):
            self.parameters = faiss.SearchParametersHNSW(efSearch=effort, **chosen)
        elif chosen:
            self.parameters = faiss.SearchParameters(**chosen)
        else:
            self.parameters = None
        if self.refined_by:
            self.inner = self.parameters
            self.parameters = faiss.IndexRefineSearchParameters(k_factor=REFINE, base_index_params=self.inner)

    def search(self, queries, k):
        return self.index.search(queries, k, params=self.parameters)[1]


class Numpy(Peer):
    """One product and a partial sort. The 'index' is the file of vectors."""

    def add(self, base, options):
        self.base = np.asarray(base)

    def save(self, path):
        with open(path, "wb") as file:
            np.save(file, self.base)

    def load(self, path, mapped):
        self.base = np.load(path)

    def prepare(self, effort, threads, allowed, rows):
        pass

    def search(self, queries, k):
        found = []
        for query in queries:
            scores = self.base @ query
            nearest = np.argpartition(-scores, k)[:k]
            found.append(nearest[np.argsort(-scores[nearest])])
        return np.stack(found)


REFINE = 3  # faiss rescores three times as many as asked


def _hnsw_sq(kind):
    return lambda faiss, d, n: faiss.IndexHNSWSQ(d, getattr(faiss.ScalarQuantizer, kind), Peer.m,
                                                 faiss.METRIC_INNER_PRODUCT)


def _ivf(kind):
    def make(faiss, d, n):
        index = faiss.index_factory(d, f"IVF{ivf_lists(n)},{kind}", faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = 10
        return index
    return make


def ivf_lists(rows: int) -> int:
    return max(16, 1 << round(np.log2(np.sqrt(rows))))


PEERS = {
    "hnswlib": lambda: Hnswlib(),
    "usearch f32": lambda: Usearch("f32", "ip"),
    "usearch f16": lambda: Usearch("f16", "ip"),
    "usearch bf16": lambda: Usearch("bf16", "ip"),
    "usearch i8": lambda: Usearch("i8", "cos"),
    "faiss HNSWFlat": lambda: Faiss(lambda faiss, d, n: faiss.IndexHNSWFlat(d, Peer.m, faiss.METRIC_INNER_PRODUCT)),
    "faiss HNSWSQ fp16": lambda: Faiss(_hnsw_sq("QT_fp16")),
    "faiss HNSWSQ bf16": lambda: Faiss(_hnsw_sq("QT_bf16")),
    "faiss HNSWSQ 8bit": lambda: Faiss(_hnsw_sq("QT_8bit")),
    "faiss HNSWSQ 8bit, refined fp16": lambda: Faiss(None, lambda faiss, d: faiss.IndexScalarQuantizer(
        d, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)),
    "faiss IVFFlat": lambda: Faiss(_ivf("Flat")),
    "faiss IVFSQ8": lambda: Faiss(_ivf("SQ8")),
    "faiss IndexFlatIP": lambda: Faiss(lambda faiss, d, n: faiss.IndexFlatIP(d)),
    "numpy": lambda: Numpy(),
}
