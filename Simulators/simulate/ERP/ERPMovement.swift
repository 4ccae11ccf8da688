import Devices
import Foundation
import Shopfloor

/// What the simulated ERP reads of a material movement: the interface of Sources/ERP/README.md, "Movements".
struct ERPMovement: Decodable, Hashable {
  struct Undone: Decodable, Hashable {
    var movement: String
  }

  var movement: String
  var material_lot: String
  var item: String?
  var quantity: Quantity?
  var status: String?
  var undoes: Undone?

  static let kind = "material-movement"

  /// One line for people.
  var line: String {
    let undone = undoes.map { " of a \($0.movement)" } ?? ""
    return movement + undone + " \(material_lot)" + (quantity.map { ": \($0)" } ?? "")
      + (item.map { " of \($0)" } ?? "")
  }

  /// Nil where the content is no movement.
  init?(_ content: Data) {
    // The only thing to say of a failure is that this is no movement.
    guard let read = try? JSONDecoder().decode(ERPMovement.self, from: content) else { return nil }
    self = read
  }
}

/// Movements that the simulated ERP refuses for a business reason, for ever.
struct ERPMovementRefusal: Hashable, Sendable {
  /// What is given must agree; what is absent agrees with everything.
  var movement: String?
  var item: String?
  var materialLot: String?
  /// What the ERP says.
  var words: String

  init?(_ node: DocumentNode) {
    node.allowKeys(["movement", "item", "material_lot", "words"])
    movement = node["movement"]?.string("Name the movement")
    item = node["item"]?.string("Write the item code")
    materialLot = node["material_lot"]?.string("Write the lot number")
    words = node["words"]?.string("Write a sentence") ?? "the period is closed"
  }

  func concerns(_ found: ERPMovement) -> Bool {
    (movement ?? found.movement) == found.movement && (item ?? found.item) == found.item
      && (materialLot ?? found.material_lot) == found.material_lot
  }
}

/// A plain count of the stock by the movements that were taken: no rule, no check, nothing known of keys, so that a
/// movement that was delivered twice counts twice.
struct StockBook: Encodable {
  struct Line: Encodable, Hashable {
    var received = Quantity.zero
    var consumed = Quantity.zero
    var picked = Quantity.zero
    var movements = 0
    /// What the line decided last.
    var status: String?
  }

  private(set) var lots: [String: Line] = [:]

  mutating func take(_ movement: ERPMovement) {
    var line = lots[movement.material_lot, default: Line()]
    line.movements += 1
    let quantity = movement.quantity ?? .zero
    switch movement.movement {
    case "receipt": line.received += quantity
    case "consumption": line.consumed += quantity
    case "pick": line.picked += quantity
    case "unpick": line.picked -= quantity
    case "undo":
      switch movement.undoes?.movement {
      case "receipt": line.received -= quantity
      case "consumption": line.consumed -= quantity
      case "pick": line.picked -= quantity
      case "unpick": line.picked += quantity
      default: break
      }
    default: break
    }
    if let status = movement.status { line.status = status }
    lots[movement.material_lot] = line
  }
}
