/// Numbers that files hold, little-endian. The raw value is what a `.npy` header calls them.
enum ElementType: String, Sendable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int32 = "<i4"
    case uint32 = "<u4"
    case int64 = "<i8"

    var bytes: Int {
        switch self {
        case .float16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64: 8
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`, which need not be aligned.
    func number<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, at offset: Int) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// The numbers that a row of `type` holds as float32; those beyond its range become infinite.
    func floats(_ type: ElementType) -> [Float] {
        let count = count / type.bytes
        return [Float](unsafeUninitializedCapacity: count) { values, initialized in
            switch type {
            case .float16:
                for place in 0..<count {
                    values.initializeElement(
                        at: place, to: Float(Float16(bitPattern: number(UInt16.self, at: place * 2))))
                }
            case .float32:
                for place in 0..<count {
                    values.initializeElement(at: place, to: Float(bitPattern: number(UInt32.self, at: place * 4)))
                }
            case .float64:
                for place in 0..<count {
                    values.initializeElement(
                        at: place, to: Float(Double(bitPattern: number(UInt64.self, at: place * 8))))
                }
            case .int32, .uint32, .int64: values.initialize(repeating: 0)
            }
            initialized = count
        }
    }
}
