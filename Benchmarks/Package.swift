// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that whoever builds the program does not build these dependencies. The
// benchmarks use what the program's packages make public, and nothing else.
let package = Package(
  name: "backstory-benchmarks",
  dependencies: [
    .package(name: "backstory", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Inside",
      dependencies: [
        .product(name: "Model", package: "backstory"),
        .product(name: "DiskImage", package: "backstory"),
        .product(name: "Host", package: "backstory"),
        .product(name: "Workflow", package: "backstory"),
        .product(name: "Inventory", package: "backstory"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Inside",
      swiftSettings: [
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
