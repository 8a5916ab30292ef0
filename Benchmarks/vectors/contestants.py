"""Who takes part in which comparison."""

from .engines import Glimpse, Engine, Peer

# A graph over 1,000,000 rows takes minutes to build for each of these: those that are neither the fastest nor the
# smallest nor the most accurate of their library at 200,000 rows stay there.
ALL_GRAPHS_UP_TO = 200_000
LARGE = ("hnswlib", "usearch f16", "faiss HNSWSQ fp16", "faiss HNSWSQ 8bit", "faiss HNSWSQ 8bit, refined fp16")


def glimpse_graphs(rows: int) -> list[Engine]:
    """int8 is scored again with a master copy in f16, which may stay on disk, or f32."""
    int8, on_disk, over_f32 = ["--storage", "int8"], ["--master-on-disk"], ["--storage", "int8", "--master", "f32"]
    ours = [Glimpse("Glimpse HNSW f16", "hnsw", ["--storage", "f16"]),
            Glimpse("Glimpse HNSW int8", "hnsw", int8),
            Glimpse("Glimpse HNSW int8, f16 on disk", "hnsw", int8, on_disk, built_by="Glimpse HNSW int8"),
            Glimpse("Glimpse HNSW int8 over f32", "hnsw", over_f32),
            Glimpse("Glimpse HNSW int8, f32 on disk", "hnsw", over_f32, on_disk, built_by="Glimpse HNSW int8 over f32")]
    if rows <= ALL_GRAPHS_UP_TO:
        ours.insert(0, Glimpse("Glimpse HNSW f32", "hnsw", ["--storage", "f32"]))
    return ours


def peer_graphs(rows: int) -> list[Engine]:
    names = ["hnswlib", "usearch f32", "usearch f16", "usearch bf16", "usearch i8", "faiss HNSWFlat",
             "faiss HNSWSQ fp16", "faiss HNSWSQ bf16", "faiss HNSWSQ 8bit"]
    peers = {name: Peer(name) for name in names}
    refined = Peer("faiss HNSWSQ 8bit, refined fp16", after=peers["faiss HNSWSQ 8bit"])
    everyone = {**peers, refined.name: refined}
    return [peer for name, peer in everyone.items() if rows <= ALL_GRAPHS_UP_TO or name in LARGE]


def exact() -> list[Engine]:
    ours = [Glimpse(f"Glimpse flat {storage}", "flat", ["--storage", storage])
            for storage in ("f32", "f16", "int8", "bit")]
    ours.append(Glimpse("Glimpse flat int8 over f32", "flat", ["--storage", "int8", "--master", "f32"]))
    ours.append(Glimpse("Glimpse flat f32, --exact", "flat", ["--storage", "f32"], ["--exact"]))
    return [*ours, Peer("faiss IndexFlatIP"), Peer("numpy")]


def filtered() -> list[Engine]:
    return [Glimpse("Glimpse HNSW int8", "hnsw", ["--storage", "int8"]), Peer("faiss HNSWSQ fp16"),
            Peer("faiss IVFFlat")]
