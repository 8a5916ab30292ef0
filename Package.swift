// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// For debug builds too: the tests of the vector index make hundreds of thousands of searches.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A module of ours with its test module, in the Swift 6 language mode.
func module(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "Glimpse",
    products: [.executable(name: "glimpse", targets: ["glimpse"])],
    targets: [
        // System libraries: module maps and static-inline wrappers of variadic C, no logic.
        .systemLibrary(name: "CVips", pkgConfig: "vips", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
        .systemLibrary(name: "CRaw", providers: [.apt(["libraw-dev"])]),
        .systemLibrary(name: "CExiv", pkgConfig: "gexiv2", providers: [.apt(["libgexiv2-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CLinux"),

        // The engine, lowest first.
        module("Core", ["CSodium", "CLinux"]),
        module("Imaging", ["Core", "CVips", "CTurboJPEG", "CRaw", "CExiv", "CLinux"]),
        module("Blobs", ["Core"]),
        module("Inference", ["Core", "COnnxRuntime"]),
        module("Catalog", ["Core", "CSQLite"]),
        module("Understanding", ["Core", "Imaging", "Inference"]),
        .target(
            name: "VectorIndex", dependencies: ["Core", "CVectorKernels"], swiftSettings: strict + optimized),
        module("VectorFiles", ["Core", "CLinux"]),
        module("Ingest", ["Core", "Imaging", "Blobs", "Catalog", "Understanding", "VectorIndex", "CLinux"]),
        module("Search", ["Core", "Imaging", "Catalog", "Understanding", "VectorIndex"]),
        module("WebServer", ["Core", "CMicroHTTPD", "CZlib", "CLinux"]),

        // The applications, the wiring and the command line.
        module(
            "Photos", ["Core", "Imaging", "Blobs", "Catalog", "Ingest", "Search", "Understanding", "WebServer"],
            resources: [.copy("Web")]),
        module(
            "App",
            [
                "Core", "Imaging", "Blobs", "Catalog", "Inference", "Understanding", "VectorIndex", "Ingest", "Search",
                "WebServer", "Photos",
            ]),
        .executableTarget(
            name: "glimpse",
            dependencies: [
                "App", "Core", "Imaging", "Catalog", "Inference", "Ingest", "Search", "Understanding", "VectorFiles",
                "VectorIndex",
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "insert-bench", dependencies: ["VectorIndex", "VectorFiles", "Core"],
            path: "Benchmarks/vectors/insert-bench", swiftSettings: strict),

        tests("CoreTests", ["Core", "TestSupport"]),
        tests("ImagingTests", ["Imaging", "Core", "TestSupport", "CVipsWriting", "CLinux", "glimpse"]),
        .target(name: "CVipsWriting", dependencies: ["CVips"], path: "Tests/CVipsWriting"),
        tests("BlobsTests", ["Blobs", "Core", "TestSupport"]),
        tests("InferenceTests", ["Inference", "Core", "TestSupport"]),
        tests("CatalogTests", ["Catalog", "Core", "TestSupport"]),
        tests("UnderstandingTests", ["Understanding", "Inference", "Imaging", "Core", "TestSupport"]),
        .testTarget(
            name: "VectorIndexTests", dependencies: ["VectorIndex", "CVectorKernels", "Core", "TestSupport"],
            swiftSettings: strict + optimized),
        tests("VectorFilesTests", ["VectorFiles", "Core", "TestSupport"]),
        tests("IngestTests", ["Ingest", "CLinux", "Catalog", "Imaging", "Blobs", "Core", "TestSupport"]),
        tests("SearchTests", ["Search", "Catalog", "Imaging", "Core", "TestSupport"]),
        tests("WebServerTests", ["WebServer", "Core", "TestSupport"]),
        tests("PhotosTests", ["glimpse", "Photos", "Ingest", "Core", "TestSupport"]),
        tests("CommandLineTests", ["glimpse", "VectorFiles", "Catalog", "Core", "TestSupport"]),
        .target(name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// `GLIMPSE_ONLY=VectorIndexTests` leaves that target and what it depends on: to build a part with other options.
if let only = Context.environment["GLIMPSE_ONLY"] {
    var wanted: Set<String> = [], pending = [only]
    while let name = pending.popLast() {
        guard wanted.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else {
            continue
        }
        for case .byNameItem(let dependency, _) in target.dependencies { pending.append(dependency) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}
