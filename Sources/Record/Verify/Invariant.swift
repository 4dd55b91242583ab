internal import Database

/// What is always true of an inventory; each has a query that lists whatever breaks it, a text per row: those about
/// intervals are made of `IntervalTable`, the others stand in `SQL/verify`.
enum Invariant: String, CaseIterable, Sendable {
  case intervalEmpty = "interval-empty"
  case intervalScan = "interval-scan"
  case intervalOverlap = "interval-overlap"
  case placeImage = "place-image"
  case imagePlace = "image-place"
  case goneHolder = "gone-holder"
  case claims = "claims"
  case words = "words"
  case linkTarget = "link-target"
  case linkReference = "link-reference"
  case scanChange = "scan-change"
  case scanTimes = "scan-times"
  case holdings = "holdings"
  case json = "json"

  /// The query that lists what breaks it.
  var query: String {
    switch self {
    case .intervalEmpty: IntervalTable.empty
    case .intervalScan: IntervalTable.withoutScan
    case .intervalOverlap: IntervalTable.overlapping
    case .placeImage: StatementText.text(PackageResources.verify_place_image_sql)
    case .imagePlace: StatementText.text(PackageResources.verify_image_place_sql)
    case .goneHolder: StatementText.text(PackageResources.verify_gone_holder_sql)
    case .claims: StatementText.text(PackageResources.verify_claims_sql)
    case .words: StatementText.text(PackageResources.verify_words_sql)
    case .linkTarget: StatementText.text(PackageResources.verify_link_target_sql)
    case .linkReference: StatementText.text(PackageResources.verify_link_reference_sql)
    case .scanChange: StatementText.text(PackageResources.verify_scan_change_sql)
    case .scanTimes: StatementText.text(PackageResources.verify_scan_times_sql)
    case .holdings: StatementText.text(PackageResources.verify_holdings_sql)
    case .json: StatementText.text(PackageResources.verify_json_sql)
    }
  }

  /// What is wrong where it is broken.
  var sentence: String {
    switch self {
    case .intervalEmpty: "the interval is empty"
    case .intervalScan: "the interval begins or ends with a scan that does not exist"
    case .intervalOverlap: "the interval overlaps the one before it"
    case .placeImage: "the place has an image without a state"
    case .imagePlace: "the image never had a place"
    case .goneHolder: "the row refers to an image that no longer exists"
    case .claims: "claims on the image contradict its verdict"
    case .words: "an acknowledgement, settlement or keep has no subject, or is not applied"
    case .linkTarget: "the link's target image has no place"
    case .linkReference: "the link and its reference do not match"
    case .scanChange: "the change has no remaining scan or no image"
    case .scanTimes: "the scan's counts or times are inconsistent"
    case .holdings: "the images that the last scan kept count of are not those that there are"
    case .json: "the text is not valid JSON"
    }
  }
}
