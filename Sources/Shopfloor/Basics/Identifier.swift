/// A name that came from outside (a label, an ERP, a configuration) and passed the rule for such names.
///
/// The rule: 1 to ``maximumIdentifierBytes`` bytes of UTF-8; no control characters, no invisible format characters
/// (right-to-left marks among them), no line or paragraph separators, no blank at either end. Everything else is kept
/// exactly as read: case, leading zeros, quotes and Chinese characters are part of the name.
public struct Identifier<Kind>: Hashable, Sendable, Codable {
  public let text: String

  public init(_ text: String) throws(OutsideTextFault) {
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumIdentifierBytes) { throw fault }
    self.text = text
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(OutsideTextFault) {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.words.english)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// Longest accepted identifier, in bytes of UTF-8. GS1 keys end at 90 characters (GS1 General Specifications, AI 8004
/// and others), of which Chinese text may take three bytes each only in site-made names.
public let maximumIdentifierBytes = 128

extension Identifier: Comparable {
  public static func < (left: Identifier, right: Identifier) -> Bool { left.text < right.text }
}

extension Identifier: CustomStringConvertible {
  public var description: String { text }
}

extension Identifier: ExpressibleByUnicodeScalarLiteral, ExpressibleByExtendedGraphemeClusterLiteral,
  ExpressibleByStringLiteral
{
  /// For names written in our own source; traps where such a literal breaks the rule.
  public init(stringLiteral literal: String) {
    precondition(OutsideTextFault(in: literal, maximumBytes: maximumIdentifierBytes) == nil)
    text = literal
  }
}

public enum SiteKind: Sendable {}
public enum StationKind: Sendable {}
public enum DeviceKind: Sendable {}
public enum ParameterKind: Sendable {}
public enum CharacteristicKind: Sendable {}
public enum WorkOrderKind: Sendable {}
public enum OperationKind: Sendable {}
public enum ItemKind: Sendable {}
public enum LotKind: Sendable {}
public enum MaterialLotKind: Sendable {}
public enum PersonKind: Sendable {}
public enum RunKind: Sendable {}
public enum AlarmKindTag: Sendable {}
public enum GapKind: Sendable {}
public enum WriteKind: Sendable {}
public enum DeliveryKind: Sendable {}
public enum ControlPlanKind: Sendable {}

public typealias StationName = Identifier<StationKind>
public typealias DeviceName = Identifier<DeviceKind>
/// What the floor calls a point at a station, "seal.temperature".
public typealias ParameterName = Identifier<ParameterKind>
public typealias CharacteristicName = Identifier<CharacteristicKind>
public typealias WorkOrderNumber = Identifier<WorkOrderKind>
public typealias OperationName = Identifier<OperationKind>
/// A product or material as the ERP names it: an item code or a GTIN.
public typealias ItemCode = Identifier<ItemKind>
public typealias LotNumber = Identifier<LotKind>
public typealias MaterialLotNumber = Identifier<MaterialLotKind>
public typealias PersonID = Identifier<PersonKind>
public typealias RunID = Identifier<RunKind>
public typealias AlarmID = Identifier<AlarmKindTag>
public typealias GapID = Identifier<GapKind>
/// One write to a device, "W-000001".
public typealias WriteID = Identifier<WriteKind>
/// A purchase order or advance notice, as its number stands on the delivery note.
public typealias DeliveryNumber = Identifier<DeliveryKind>
/// A control plan as the site's document control names it, "CP-POUCH-7".
public typealias ControlPlanNumber = Identifier<ControlPlanKind>
