// swift-tools-version: 6.2

import PackageDescription

/// Settings of every Swift target: what a machine can check is checked by the compiler.
let house: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "backstory",
  products: [
    .executable(name: "backstory", targets: ["backstory"]),
    .library(name: "Model", targets: ["Model"]),
    .library(name: "DiskImage", targets: ["DiskImage"]),
    .library(name: "Inventory", targets: ["Inventory", "Database", "Sighting"]),
    .library(name: "Host", targets: ["Host"]),
    .library(name: "Scan", targets: ["Scan"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // The words that every room uses; it stands on nothing.
    .target(name: "Model", swiftSettings: house),
    .target(name: "DiskImage", swiftSettings: house),
    .target(name: "CLinux"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Host", dependencies: ["Model", "DiskImage", "CLinux", "CZlib"], swiftSettings: house),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "Libvirt", dependencies: ["DiskImage", "CLibXML2"], swiftSettings: house),
    .target(
      name: "Machines", dependencies: ["Host", "Model", "DiskImage", "Libvirt"],
      swiftSettings: house),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // What one look saw, as values.
    .target(name: "Sighting", dependencies: ["Model", "DiskImage"], swiftSettings: house),
    .target(
      name: "Database",
      dependencies: ["Model", "CSQLite", .product(name: "GRDB", package: "GRDB.swift")],
      // Sources/Database/Migrations is a symbolic link to the top-level folder.
      resources: [.embedInCode("Migrations"), .embedInCode("SQL")],
      swiftSettings: house),
    .target(
      name: "Inventory",
      dependencies: [
        "Database", "Sighting", "Model", "DiskImage",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    .target(
      name: "Scan",
      dependencies: [
        "Inventory", "Database", "Machines", "Libvirt", "Host", "Sighting", "Model", "DiskImage",
      ],
      swiftSettings: house),
    .target(
      name: "Repair",
      dependencies: [
        "Scan", "Inventory", "Database", "Host", "Sighting", "Model", "DiskImage",
      ],
      swiftSettings: house),
    .target(
      name: "Configuration",
      dependencies: [
        "Model", "DiskImage", "Host", .product(name: "TOMLKit", package: "TOMLKit"),
      ],
      swiftSettings: house),
    .target(
      name: "Presentation",
      dependencies: [
        "Configuration", "Repair", "Inventory", "Database", "Sighting", "Model", "DiskImage",
      ],
      resources: [
        .embedInCode("HTML/report.css"), .embedInCode("HTML/report.js"),
        .embedInCode("HTML/picture.css"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "backstory",
      dependencies: [
        "Model", "DiskImage", "Host", "Sighting", "Database", "Inventory", "Libvirt", "Machines",
        "Scan", "Repair", "Configuration", "Presentation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: house),
    .testTarget(name: "DiskImageTests", dependencies: ["DiskImage"], swiftSettings: house),
    .testTarget(
      name: "HostTests", dependencies: ["Host", "Model", "DiskImage"], swiftSettings: house),
    .testTarget(
      name: "LibvirtTests", dependencies: ["Libvirt", "DiskImage"], swiftSettings: house),
    .testTarget(
      name: "MachinesTests", dependencies: ["Machines", "Host", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "InventoryTests",
      dependencies: ["Scan", "Inventory", "Database", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "RepairTests",
      dependencies: ["Repair", "Inventory", "Database", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Model"],
      swiftSettings: house),
    .testTarget(
      name: "PresentationTests",
      dependencies: [
        "Presentation", "Configuration", "Inventory", "Database", "Sighting", "Model", "DiskImage",
      ],
      exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "CommandTests",
      dependencies: ["backstory", "Model", "DiskImage", "Inventory", "Database"],
      exclude: ["Fixtures"], swiftSettings: house),
  ],
  swiftLanguageModes: [.v6]
)

// libFuzzer has a `main` of its own: only `Scripts/fuzz` builds and links this.
if Context.environment["BACKSTORY_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "FuzzConfiguration", dependencies: ["Configuration", "Model"],
      path: "Tests/Fuzz/Configuration", exclude: ["dictionary"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
  package.targets.append(
    .executableTarget(
      name: "FuzzMachines", dependencies: ["Machines", "DiskImage"],
      path: "Tests/Fuzz/Machines", exclude: ["dictionary"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}
