import Shopfloor

/// People whom the ERP names and the configuration does not know. Badges, codes and rights come from the configuration,
/// so nothing can be done with their names; they are counted, so that somebody who was forgotten there shows. Pure.
struct UnknownPeople {
  /// People that are counted; as many as one answer of an ERP may name.
  static let maximumKept = 10_000
  /// Names in one sentence and in the status.
  static let maximumListed = 10

  private let known: Set<PersonID>
  private var kept: Set<PersonID> = []
  private(set) var count = 0
  /// The first that were named, with their names.
  private(set) var listed: [String] = []

  init(known: Set<PersonID>) { self.known = known }

  /// - Returns: a sentence about those who were not named before; nil where there are none.
  mutating func note(_ people: [PersonName]) -> String? {
    var new: [String] = []
    for person in people where !known.contains(person.id) && !kept.contains(person.id) {
      guard kept.count < Self.maximumKept else { break }
      kept.insert(person.id)
      new.append("\(person.id) (\(displayable(person.name)))")
    }
    guard !new.isEmpty else { return nil }
    count = kept.count
    listed = Array((listed + new).prefix(Self.maximumListed))
    let rest = new.count - Self.maximumListed
    return "the ERP names \(new.count) people whom the configuration does not know: "
      + new.prefix(Self.maximumListed).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
      + ". Who is to work here is listed under people: in the configuration, with a badge; others are ignored"
  }
}
