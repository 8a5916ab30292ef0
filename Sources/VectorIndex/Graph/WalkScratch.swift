internal import CVectorKernels

/// The working memory of one thread that walks through a graph. Used again from search to search; `free` at the end.
struct WalkScratch {
    var beam = Beam()
    /// The neighbours that are scored next, their rows and their scores.
    let fresh: UnsafeMutablePointer<UInt32>
    let places: UnsafeMutablePointer<UnsafeRawPointer?>
    let scores: UnsafeMutablePointer<Float>
    /// Bit b of word w: slot 64 w + b has been met.
    private var visited: UnsafeMutablePointer<UInt64>
    private var words: Int
    private let touched: UnsafeMutablePointer<UInt32>
    private var touchedCount = 0

    /// How many neighbours can be scored at once.
    static let batch = 1024
    private static let touchedRoom = 16_384

    init() {
        fresh = .allocate(capacity: Self.batch)
        places = .allocate(capacity: Self.batch)
        scores = .allocate(capacity: Self.batch)
        touched = .allocate(capacity: Self.touchedRoom)
        words = 0
        visited = .allocate(capacity: 1)
    }

    func free() {
        beam.free()
        fresh.deallocate()
        places.deallocate()
        scores.deallocate()
        touched.deallocate()
        visited.deallocate()
    }

    /// Begins a walk in which slots below `limit` are met. None has been met yet.
    mutating func begin(limit: UInt32) {
        let needed = Int(limit) / 64 + 1
        if needed > words {
            visited.deallocate()
            words = needed + needed / 4
            visited = .allocate(capacity: words)
            visited.initialize(repeating: 0, count: words)
        } else if touchedCount > Self.touchedRoom {
            visited.update(repeating: 0, count: words)
        } else {
            for index in 0..<touchedCount { visited[Int(touched[index] / 64)] = 0 }
        }
        touchedCount = 0
    }

    /// Marks a slot as met; false when it was already.
    @inline(__always)
    mutating func meet(_ slot: UInt32) -> Bool {
        let word = visited + Int(slot / 64), bit: UInt64 = 1 << UInt64(slot % 64)
        guard word.pointee & bit == 0 else { return false }
        word.pointee |= bit
        if touchedCount < Self.touchedRoom { touched[touchedCount] = slot }
        touchedCount += 1
        return true
    }
}
