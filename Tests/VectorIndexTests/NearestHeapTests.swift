import Core
import TestSupport
import Testing

@testable import VectorIndex

@Suite("The heap of the nearest")
struct NearestHeapTests {
    @Test("it keeps what sorting and cutting would keep, in one heap and in merged parts")
    func keepsTheBest() {
        var generator = SeededRandom(seed: 1)
        for round in 0..<200 {
            let count = Int.random(in: 0...60, using: &generator), k = Int.random(in: 1...70, using: &generator)
            let minimum: Float? = round % 3 == 0 ? 0 : nil
            let offers = (0..<count).map {
                Neighbor(id: ItemID(Int64($0)), score: Float(Int.random(in: -3...3, using: &generator)))
            }.shuffled(using: &generator)
            var heaps = (0..<3).map { _ in NearestHeap(capacity: k, minimumScore: minimum, expected: count) }
            for (index, offer) in offers.enumerated() { heaps[index % 3].offer(offer.id, offer.score) }
            heaps[0].merge(heaps[1])
            heaps[0].merge(heaps[2])
            let passing = offers.filter { $0.score >= minimum ?? -.infinity }
            let expected = passing.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }.prefix(k)
            #expect(heaps[0].sorted() == Array(expected))
        }
    }

    @Test("its floor rises only to what can still get in")
    func floor() {
        var heap = NearestHeap(capacity: 2, minimumScore: nil, expected: 5)
        #expect(heap.floor == -.infinity)
        heap.offer(ItemID(1), .nan)
        heap.offer(ItemID(2), 3)
        #expect(heap.floor == -.infinity && heap.sorted().last?.score == -.infinity)
        heap.offer(ItemID(3), 2)
        #expect(heap.floor == 2)
        heap.offer(ItemID(1), 2)
        #expect(heap.sorted().map(\.id) == [ItemID(2), ItemID(1)])
    }
}
