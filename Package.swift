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

/// Known to the rooms that share a connection, and to no other. Libraries without a database do not need it: without
/// the traits, SwiftPM fetches no other package.
let grdb: Target.Dependency = .product(
  name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["Inventory"]))

/// What the program alone needs.
let toml: Target.Dependency = .product(
  name: "TOMLKit", package: "TOMLKit", condition: .when(traits: ["Program"]))
let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Program"]))

let package = Package(
  name: "backstory",
  products: [
    .executable(name: "backstory", targets: ["backstory"]),
    // The centre of many hosts; nothing else needs libpq.
    .executable(name: "backstory-fleet", targets: ["backstory-fleet"]),
    .library(name: "Model", targets: ["Model"]),
    .library(name: "DiskImage", targets: ["DiskImage"]),
    .library(name: "Host", targets: ["Host"]),
    // What asks a database, and what makes one.
    .library(name: "Inventory", targets: ["Query", "Rules", "Database", "Sighting"]),
    .library(name: "Workflow", targets: ["Workflow", "Record", "Storage", "Machines"]),
  ],
  traits: [
    .default(enabledTraits: ["Inventory", "Program"]),
    .trait(name: "Inventory", description: "The libraries that read and write a database."),
    .trait(name: "Program", description: "The programs."),
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
    // What one look saw, as values.
    .target(name: "Sighting", dependencies: ["Model", "DiskImage"], swiftSettings: house),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "Libvirt", dependencies: ["DiskImage", "CLibXML2"], swiftSettings: house),
    .target(
      name: "Machines", dependencies: ["Libvirt", "Host", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .target(
      name: "Storage", dependencies: ["Host", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "Database", dependencies: ["Sighting", "Model", "CSQLite", grdb],
      // Sources/Database/Migrations is a symbolic link to the top-level folder.
      resources: [.embedInCode("Migrations"), .embedInCode("SQL")], swiftSettings: house),
    // Who needs an image, or may need it.
    .target(
      name: "Claims", dependencies: ["Database", "Sighting", "Model", "DiskImage", grdb],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    .target(
      name: "Rules", dependencies: ["Database", "Sighting", "Model", "DiskImage", grdb],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    .target(
      name: "Record", dependencies: ["Database", "Sighting", "Model", "DiskImage", grdb],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    .target(
      name: "Query",
      dependencies: ["Rules", "Claims", "Database", "Sighting", "Model", "DiskImage", grdb],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    // The file that goes from a host to a centre of many.
    .target(
      name: "Bundle", dependencies: ["Database", "Host", "Model", "DiskImage", grdb],
      resources: [.embedInCode("SQL")], swiftSettings: house),
    // What a disk is to libvirt, from the answer about its chain.
    .target(
      name: "DiskXML",
      dependencies: ["Query", "Libvirt", "Host", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .target(
      name: "Workflow",
      dependencies: [
        "Record", "Query", "Rules", "Claims", "Database", "Storage", "Machines", "Libvirt", "Host",
        "Sighting", "Model", "DiskImage",
      ],
      swiftSettings: house),
    .target(
      name: "Repair",
      dependencies: ["Query", "Rules", "Storage", "Host", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .target(
      name: "Configuration",
      dependencies: [
        "Model", "DiskImage", "Host", toml,
      ],
      swiftSettings: house),
    .target(
      name: "Presentation",
      dependencies: [
        "Configuration", "Repair", "Query", "Rules", "Sighting", "Model", "DiskImage",
      ],
      resources: [
        .embedInCode("HTML/report.css"), .embedInCode("HTML/report.js"),
        .embedInCode("HTML/picture.css"),
        .embedInCode("HTML/plot.css"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "backstory",
      dependencies: [
        "Presentation", "Configuration", "Repair", "Workflow", "DiskXML", "Bundle", "Record",
        "Query", "Rules", "Database", "Storage", "Machines", "Host", "Sighting", "Model",
        "DiskImage",
        argumentParser,
      ],
      swiftSettings: house),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // The inventories of many hosts, in PostgreSQL.
    .target(
      name: "Fleet", dependencies: ["Bundle", "Rules", "Database", "Model", "CPostgres", grdb],
      resources: [.embedInCode("PostgreSQL")], swiftSettings: house),
    .executableTarget(
      name: "backstory-fleet",
      dependencies: [
        "Fleet", "Bundle", "Presentation", "Configuration", "Query", "Rules", "Database", "Host",
        "Model",
        "DiskImage", argumentParser,
      ],
      // Sources/backstory-fleet/Shared has symbolic links to files of Sources/backstory.
      swiftSettings: house),
    .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: house),
    .testTarget(name: "DiskImageTests", dependencies: ["DiskImage"], swiftSettings: house),
    .testTarget(
      name: "HostTests", dependencies: ["Host", "Model", "DiskImage"], swiftSettings: house),
    .testTarget(
      name: "LibvirtTests", dependencies: ["Libvirt", "DiskImage"], swiftSettings: house),
    // Tests/DiskXMLTests/SampleDomain.swift is a symbolic link to the one of LibvirtTests.
    .testTarget(
      name: "DiskXMLTests",
      dependencies: ["DiskXML", "Libvirt", "Query", "Sighting", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "MachinesTests",
      dependencies: ["Machines", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "StorageTests",
      // Tests/StorageTests/Support has a symbolic link to the temporary trees of HostTests.
      dependencies: ["Storage", "Host", "Sighting", "Model", "DiskImage"], swiftSettings: house),
    // A pool and nights that exist only in tests, for the rooms that share a database.
    .target(
      name: "ScriptedNights",
      dependencies: [
        "Workflow", "Record", "Query", "Rules", "Database", "Sighting", "Model", "DiskImage",
      ],
      path: "Tests/ScriptedNights", swiftSettings: house),
    .testTarget(
      name: "DatabaseTests", dependencies: ["Database", "Model", grdb], swiftSettings: house),
    .testTarget(
      name: "RecordTests",
      dependencies: [
        "ScriptedNights", "Record", "Query", "Rules", "Database", "Workflow", "Sighting", "Model",
        "DiskImage",
      ],
      swiftSettings: house),
    .testTarget(
      name: "ClaimsTests",
      dependencies: [
        "ScriptedNights", "Claims", "Rules", "Query", "Record", "Database", "Sighting", "Model",
        "DiskImage",
      ],
      swiftSettings: house),
    .testTarget(
      name: "RulesTests",
      dependencies: [
        "ScriptedNights", "Rules", "Query", "Record", "Database", "Sighting", "Model", "DiskImage",
      ],
      // What the guide adds, word for word.
      resources: [.embedInCode("Guide/image_empty.sql")], swiftSettings: house),
    .testTarget(
      name: "QueryTests",
      dependencies: [
        "ScriptedNights", "Query", "Rules", "Record", "Database", "Workflow", "Sighting", "Model",
        "DiskImage",
      ],
      swiftSettings: house),
    .testTarget(
      name: "WorkflowTests",
      dependencies: [
        "ScriptedNights", "Workflow", "Query", "Rules", "Record", "Database", "Storage", "Machines",
        "Host", "Sighting", "Model", "DiskImage",
      ],
      swiftSettings: house),
    .testTarget(
      name: "BundleTests",
      dependencies: [
        "ScriptedNights", "Bundle", "Workflow", "Record", "Database", "Sighting", "Model",
        "DiskImage",
      ],
      swiftSettings: house),
    .testTarget(
      name: "RepairTests",
      dependencies: ["Repair", "Query", "Rules", "Sighting", "Host", "Model", "DiskImage"],
      swiftSettings: house),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Model"],
      swiftSettings: house),
    .testTarget(
      name: "PresentationTests",
      dependencies: ["Presentation", "Query", "Rules", "Sighting", "Model", "DiskImage"],
      exclude: ["Golden"], swiftSettings: house),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "backstory", "backstory-fleet", "Query", "Rules", "Database", "Model", "DiskImage",
      ],
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
