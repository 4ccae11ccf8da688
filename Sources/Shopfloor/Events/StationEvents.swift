/// A label was scanned at a station and understood; the bytes as they came stand here before any interpretation. A
/// person's badge is never such an event.
public struct LabelScanned: Hashable, Sendable, Codable {
  public enum Outcome: String, Sendable, Codable { case accepted, refused, repeated }

  public var station: StationName
  public var person: PersonID?
  /// The bytes as they came, each as two hexadecimal digits.
  public var raw: String
  public var scheme: String
  /// The AIM identifier (ISO/IEC 15424), where the scanner gave one.
  public var aimIdentifier: String?
  public var outcome: Outcome
  public var at: Timestamp

  public init(
    station: StationName, person: PersonID?, raw: String, scheme: String, aimIdentifier: String?, outcome: Outcome,
    at: Timestamp
  ) {
    self.station = station
    self.person = person
    self.raw = raw
    self.scheme = scheme
    self.aimIdentifier = aimIdentifier
    self.outcome = outcome
    self.at = at
  }
}

/// What a person prepared for the next label at a station: the whole of it after the event.
public struct StationPrepared: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var preparation: StationPreparation

  public init(station: StationName, person: PersonID, preparation: StationPreparation) {
    self.station = station
    self.person = person
    self.preparation = preparation
  }
}

/// Counts for the next material label and is gone with it.
public struct StationPreparation: Hashable, Sendable, Codable {
  /// Cards that give the next material label another meaning.
  public var cards: [CommandCard]
  public var quantity: Quantity?

  public init(cards: [CommandCard] = [], quantity: Quantity? = nil) {
    self.cards = cards
    self.quantity = quantity
  }

  public var isEmpty: Bool { cards.isEmpty && quantity == nil }
}

/// A step was taken back by a person. The former event stays; this one corrects it.
public struct StepUndone: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var step: UndoableStep
  public var at: Timestamp
  /// What the work order of the step has of the lot now.
  public var totals: MaterialTotals?

  public init(
    station: StationName, person: PersonID, step: UndoableStep, at: Timestamp, totals: MaterialTotals? = nil
  ) {
    self.station = station
    self.person = person
    self.step = step
    self.at = at
    self.totals = totals
  }
}

/// A step at a station that can be taken back, as it was recorded.
public enum UndoableStep: Hashable, Sendable, Codable {
  case received(MaterialReceived)
  case picked(MaterialPicked)
  case unpicked(MaterialUnpicked)
  case consumed(MaterialConsumed)

  public var material: MaterialLotNumber {
    switch self {
    case .received(let step): step.material
    case .picked(let step): step.material
    case .unpicked(let step): step.material
    case .consumed(let step): step.materialLot
    }
  }
}

/// A step waits for a second person.
public struct WitnessAsked: Hashable, Sendable, Codable {
  public var station: StationName
  public var step: StationStep
  public var person: PersonID
  /// The label that is carried out once a second person is there.
  public var label: ScannedLabel
  public var at: Timestamp

  public init(station: StationName, step: StationStep, person: PersonID, label: ScannedLabel, at: Timestamp) {
    self.station = station
    self.step = step
    self.person = person
    self.label = label
    self.at = at
  }
}

/// A second person stood by a step, which the events beside this one carry out.
public struct StepWitnessed: Hashable, Sendable, Codable {
  public var station: StationName
  public var step: StationStep
  public var person: PersonID
  public var witness: PersonID
  public var run: RunID?
  public var material: MaterialLotNumber?
  public var at: Timestamp

  public init(
    station: StationName, step: StationStep, person: PersonID, witness: PersonID, run: RunID?,
    material: MaterialLotNumber?, at: Timestamp
  ) {
    self.station = station
    self.step = step
    self.person = person
    self.witness = witness
    self.run = run
    self.material = material
    self.at = at
  }
}

/// Somebody made sure that nothing of the former work is left at the station.
public struct LineCleared: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID
  public var at: Timestamp

  public init(station: StationName, person: PersonID, at: Timestamp) {
    self.station = station
    self.person = person
    self.at = at
  }
}
