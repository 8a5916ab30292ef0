import CVectorKernels
import TestSupport
import Testing

@testable import VectorIndex

@Suite("Kernels that score rows")
struct ScoreKernelTests {
    @Test("scores are as defined, at every length, and nothing beyond a row is read", arguments: kernelLevels)
    func definition(level: KernelLevel) throws {
        for format in RowFormat.allCases {
            for length in kernelLengths {
                let rows = KernelCase(format, length: length, rows: 3 + length % 3, seed: UInt64(length))
                try check(rows, level, "\(format), length \(length)")
            }
        }
    }

    @Test("scores do not depend on where the rows lie", arguments: kernelLevels)
    func alignment(level: KernelLevel) throws {
        for format in RowFormat.allCases {
            for length in [1, 7, 8, 16, 63, 64, 65, 130] {
                let rows = KernelCase(format, length: length, rows: 5, seed: 7)
                let expected = try #require(rows.scores(at: level)).run
                for back in 0...63 {
                    let scores = try #require(rows.scores(at: level, back: back))
                    #expect(scores.run == expected && scores.chosen == expected, "\(format), \(length), \(back)")
                }
            }
        }
    }

    @Test("a row's score does not depend on how many rows there are", arguments: kernelLevels)
    func counts(level: KernelLevel) throws {
        for format in RowFormat.allCases {
            for length in [3, 64, 100] {
                var rows = KernelCase(format, length: length, rows: 40, seed: 8)
                let expected = try #require(rows.scores(at: level)).run
                while rows.rows.count > 1 {
                    rows.rows.removeLast()
                    let scores = try #require(rows.scores(at: level))
                    #expect(scores.run == expected.dropLast(expected.count - rows.rows.count))
                    #expect(scores.chosen == scores.run)
                }
            }
        }
    }

    @Test("no rows, no scores", arguments: kernelLevels)
    func none(level: KernelLevel) throws {
        for format in RowFormat.allCases {
            let kernels = try #require(format.kernels(at: level))
            var query = glimpse_query(), untouched: [Float] = [42]
            kernels.run(&query, nil, 0, 0, &untouched)
            kernels.score(&query, nil, 0, &untouched)
            #expect(untouched == [42])
        }
    }

    @Test("whole numbers give exactly the same score at every level", arguments: kernelLevels)
    func wholeNumbers(level: KernelLevel) throws {
        for format in RowFormat.allCases where !format.isExact {
            for length in kernelLengths {
                let rows = KernelCase(format, length: length, rows: 3, whole: true, seed: UInt64(length))
                let scores = try #require(rows.scores(at: level))
                #expect(scores.run.map { Double($0) } == rows.expected.map(\.score), "\(format), length \(length)")
            }
        }
    }

    @Test("NaN and infinity come through from every place; denormals count", arguments: kernelLevels)
    func oddNumbers(level: KernelLevel) throws {
        for format in [RowFormat.f32Dot, .f32L2, .f16Dot, .f16L2] {
            for length in [1, 2, 7, 8, 15, 16, 17, 31, 64, 65, 100, 130] {
                func score(_ row: [Float]) throws -> Float {
                    var one = KernelCase(format, length: length, rows: 0, seed: 1)
                    one.values = bytes([Float](repeating: 1, count: length))
                    one.rows = [format == .f32Dot || format == .f32L2 ? bytes(row) : bytes(row.map { Float16($0) })]
                    return try #require(one.scores(at: level)).run[0]
                }
                var row = [Float](repeating: 1, count: length)
                for place in 0..<length {
                    row[place] = .nan
                    #expect(try score(row).isNaN)
                    row[place] = -.infinity
                    #expect(try score(row) == -.infinity)
                    row[place] = .infinity
                    #expect(try score(row) == (format.isL2 ? -.infinity : .infinity))
                    row[place] = 1
                }
                let tiny: Float = format == .f32Dot ? .leastNonzeroMagnitude : Float(Float16.leastNonzeroMagnitude)
                row = [Float](repeating: tiny, count: length)
                if !format.isL2 { #expect(try score(row) == tiny * Float(length)) }
            }
        }
    }

    @Test("the largest and smallest codes are summed exactly", arguments: kernelLevels)
    func extremeCodes(level: KernelLevel) throws {
        for format in [RowFormat.int8, .int8Scaled] {
            for length in kernelLengths + [4096] {
                for sign: Int8 in [127, -127] {
                    let query = [Int8](repeating: sign, count: length)
                    var rows = KernelCase(format, length: length, rows: 0, seed: 2)
                    rows.values = bytes(query)
                    for code: Int8 in [127, -127, 0, 1] {
                        rows.add(query, [Int8](repeating: code, count: length), 0.1, 0.2)
                    }
                    rows.add(query, (0..<length).map { $0 % 2 == 0 ? 127 : -127 }, 0.1, 0.2)
                    try check(rows, level, "\(format), length \(length)")
                }
            }
        }
    }

    @Test("rows and planes of only ones and only zeros are counted exactly", arguments: kernelLevels)
    func extremeBits(level: KernelLevel) throws {
        for length in kernelLengths {
            for word in [UInt64.max, 0, 1, 1 << 63] {
                let planes = [UInt64](repeating: word, count: 4 * length)
                var rows = KernelCase(.bits, length: length, rows: 0, seed: 3)
                rows.values = bytes(planes)
                for own in [UInt64.max, 0, 1, 1 << 63, 0x5555_5555_5555_5555] {
                    rows.add(planes, [UInt64](repeating: own, count: length), -0.1, 0.2)
                }
                try check(rows, level, "length \(length)")
            }
        }
    }

    /// Both kernels give the same bits, within rounding those of the definition, and in the exact formats those of
    /// the scalar level.
    private func check(_ rows: KernelCase, _ level: KernelLevel, _ comment: Comment) throws {
        let scores = try #require(rows.scores(at: level))
        #expect(scores.run.map(\.bitPattern) == scores.chosen.map(\.bitPattern), comment)
        for (score, expected) in zip(scores.run, rows.expected) {
            #expect(abs(Double(score) - expected.score) <= expected.bound, comment)
        }
        if rows.format.isExact {
            let scalar = try #require(rows.scores(at: .scalar)).run
            #expect(scores.run.map(\.bitPattern) == scalar.map(\.bitPattern), comment)
        }
    }
}
