import CVectorKernels
import TestSupport

@testable import VectorIndex

/// The levels that this machine runs, the scalar one included.
let kernelLevels = KernelLevel.allCases.filter { $0.kernels != nil }
let kernelLengths = Array(0...130) + [511, 512, 513, 768, 2048]

enum RowFormat: Int, CaseIterable {
    case f32Dot, f32L2, f16Dot, f16L2, int8, int8Scaled, bits

    func kernels(at level: KernelLevel) -> (score: glimpse_score_kernel, run: glimpse_score_run_kernel)? {
        guard let kernels = level.kernels?.pointee else { return nil }
        let (score, run) = (kernels.score, kernels.score_run)
        return switch self {
        case .f32Dot: (score.0!, run.0!)
        case .f32L2: (score.1!, run.1!)
        case .f16Dot: (score.2!, run.2!)
        case .f16L2: (score.3!, run.3!)
        case .int8: (score.4!, run.4!)
        case .int8Scaled: (score.5!, run.5!)
        case .bits: (score.6!, run.6!)
        }
    }

    /// Scores that are sums of whole numbers first: the same at every level.
    var isExact: Bool { rawValue >= RowFormat.int8.rawValue }
    var isL2: Bool { self == .f32L2 || self == .f16L2 }
}

/// A query and rows of one format, as bytes, and what the scores are by the definitions in CVectorKernels.h.
struct KernelCase {
    /// A row's score in double precision, and how far rounding may lead away from it.
    struct Expected {
        var score: Double
        var bound: Double

        init(_ terms: [Double]) {
            score = terms.reduce(0, +)
            let size = terms.reduce(0) { $0 + abs($1) }
            bound = size * Double(terms.count + 5) * Double(Float.ulpOfOne)
        }
    }

    let format: RowFormat
    var query = glimpse_query()
    var values: [UInt8] = []
    var rows: [[UInt8]] = []
    var expected: [Expected] = []

    var rowBytes: Int { rows[0].count }

    /// - Parameter whole: small whole numbers in the float formats, so that nothing is rounded.
    init(_ format: RowFormat, length: Int, rows count: Int, whole: Bool = false, seed: UInt64) {
        self.format = format
        var random = SeededRandom(seed: seed)
        query.count = length
        query.scale = random.float()
        query.bias = random.float()
        query.per_bit = random.float()
        query.constant = random.float()
        switch format {
        case .f32Dot, .f32L2, .f16Dot, .f16L2: addFloats(length, count, whole, &random)
        case .int8, .int8Scaled:
            let codes = random.codes(length)
            values = bytes(codes)
            for _ in 0..<count { add(codes, random.codes(length), random.float(), random.float()) }
        case .bits:
            let planes = (0..<4 * length).map { _ in random.next() }
            values = bytes(planes)
            for _ in 0..<count {
                add(planes, (0..<length).map { _ in random.next() }, random.float(), random.float())
            }
        }
    }

    private mutating func addFloats(_ length: Int, _ count: Int, _ whole: Bool, _ random: inout SeededRandom) {
        func numbers() -> [Float] {
            (0..<length).map { _ in whole ? Float(Int.random(in: -9...9, using: &random)) : random.float() }
        }
        let numbersOfQuery = numbers()
        values = bytes(numbersOfQuery)
        for _ in 0..<count {
            var row = numbers()
            if format == .f16Dot || format == .f16L2 {
                let halves = row.map { Float16($0) }
                rows.append(bytes(halves))
                row = halves.map { Float($0) }
            } else {
                rows.append(bytes(row))
            }
            expected.append(
                Expected(
                    zip(numbersOfQuery, row).map { pair in
                        let (a, b) = (Double(pair.0), Double(pair.1))
                        return format.isL2 ? -(a - b) * (a - b) : a * b
                    }))
        }
    }

    /// A row of bytes.
    mutating func add(_ query: [Int8], _ row: [Int8], _ factor: Float, _ bias: Float) {
        let dot = zip(query, row).reduce(0) { $0 + Int($1.0) * Int($1.1) }
        let scale = Double(self.query.scale), ownBias = Double(self.query.bias)
        if format == .int8 {
            rows.append(bytes(row))
            expected.append(Expected([scale * Double(dot), ownBias]))
        } else {
            let padding = [UInt8](repeating: 0xAA, count: (4 - row.count % 4) % 4)
            rows.append(bytes(row) + padding + bytes([factor, bias]))
            expected.append(Expected([scale * Double(factor) * Double(dot), ownBias, Double(bias)]))
        }
    }

    /// A row of bits.
    mutating func add(_ planes: [UInt64], _ row: [UInt64], _ factor: Float, _ bias: Float) {
        var weighted = 0
        for plane in 0..<4 {
            for (index, word) in row.enumerated() {
                weighted += (word & planes[plane * row.count + index]).nonzeroBitCount << plane
            }
        }
        let ones = row.reduce(0) { $0 + $1.nonzeroBitCount }
        rows.append(bytes(row) + bytes([factor, bias]))
        let inner = [query.scale, query.per_bit, query.constant].map { Double($0) * Double(factor) }
        expected.append(
            Expected([
                inner[0] * Double(weighted), inner[1] * Double(ones), inner[2], Double(query.bias), Double(bias),
            ]))
    }

    /// The scores by both kernels of a level, which must not differ in a bit. Query and rows end `back` bytes before
    /// memory that must not be touched.
    func scores(at level: KernelLevel, back: Int = 0) -> (run: [Float], chosen: [Float])? {
        guard let kernels = format.kernels(at: level) else { return nil }
        let stride = rowBytes + 3 * (back % 2)
        let memory = GuardedMemory(bytes: stride * rows.count + 64),
            queryMemory = GuardedMemory(bytes: values.count + 64)
        let padding = [UInt8](repeating: 0xFF, count: stride - rowBytes)
        let start = memory.put(raw: Array(rows.joined(separator: padding)), back: back)
        var query = query
        query.values = UnsafeRawPointer(queryMemory.put(raw: values, back: back))
        var run = [Float](repeating: .nan, count: rows.count), chosen = run
        kernels.run(&query, start, stride, rows.count, &run)
        let order = rows.indices.reversed().map { UnsafeRawPointer(start + $0 * stride) as UnsafeRawPointer? }
        kernels.score(&query, order, rows.count, &chosen)
        return (run, chosen.reversed())
    }
}

func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

extension SeededRandom {
    mutating func float() -> Float { Float.random(in: -1...1, using: &self) }

    mutating func codes(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8.random(in: -127...127, using: &self) } }
}
