/// What `lotwire trace --json` tells, as far as it is compared.
struct MaterialDayTrace: Decodable {
  struct Document: Decodable { var trace: MaterialDayTrace? }

  struct Material: Decodable {
    var number: String
    var supplierLot: String?
    var movements: [Movement]
  }

  struct Movement: Decodable {
    var sequence: Int
    var movement: String
    var person: String
    var quantity: String?
    var order: String?
    var run: String?
    var container: String?
    var serial: String?
    var undoneBy: Int?
    var undoes: Int?
    var station: String?
    var erp: Owed?
  }

  struct Owed: Decodable { var state: String }

  struct Run: Decodable {
    var id: String
    var lots: [String]
    var station: String
  }

  var materials: [Material]
  var runs: [Run]
  var isCutOff: Bool
}

/// One movement of material, however it was learned.
struct MaterialDayMovement: Hashable, CustomStringConvertible {
  enum Kind: String { case receipt, pick, unpick, consumption, undo }

  var kind: Kind
  var supplierLot: String
  /// The container or serial number, where one was scanned.
  var unit: String?
  var quantity: Int
  /// The work order of a pick, the product lot of a consumption.
  var destination: String?
  var person: String
  /// Whether it was taken back later.
  var isUndone = false

  var description: String {
    "\(kind) \(quantity) of \(supplierLot) \(unit ?? "-") → \(destination ?? "-") by \(person)\(isUndone ? " (undone)" : "")"
  }
}
