import Testing

@testable import Ingest

@Suite struct BoundedQueueTests {
    @Test("everything pushed is taken once, in order, whatever the sizes", arguments: [1, 3, 16])
    func order(capacity: Int) async {
        let queue = BoundedQueue<Int>(capacity: capacity)
        async let pushing: Void = {
            for number in 0..<100 { await queue.push(number) }
            await queue.close()
        }()
        var taken: [Int] = []
        while true {
            let batch = await queue.take(upTo: 7)
            if batch.isEmpty { break }
            #expect(batch.count <= min(7, capacity))
            taken += batch
        }
        await pushing
        #expect(taken == Array(0..<100))
    }

    @Test("a producer at a full queue waits until there is room")
    func backPressure() async {
        let queue = BoundedQueue<Int>(capacity: 2)
        await queue.push(1)
        await queue.push(2)
        let third = Task { await queue.push(3) }
        #expect(await queue.take(upTo: 1) == [1])
        #expect(await third.value)
        #expect(await queue.take(upTo: 2) == [2, 3])
    }

    @Test("closing wakes producers and consumers; what is inside can still be taken")
    func closing() async {
        let queue = BoundedQueue<Int>(capacity: 1)
        await queue.push(1)
        let blocked = Task { await queue.push(2) }
        await queue.close()
        #expect(await blocked.value == false)
        #expect(await queue.take(upTo: 5) == [1])
        #expect(await queue.take(upTo: 5) == [])
    }
}
