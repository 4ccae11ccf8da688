extension ElementString {
  /// Judges which fields need others and which must not stand together, as far as the profile wants it. GS1 means both
  /// over all symbols of a physical item.
  mutating func judgeAssociations(_ profile: LabelProfile) {
    let table = AITable.shared
    for element in elements {
      if profile.refusesExclusions, !table.rows[element.row].excludes.isEmpty {
        judgeExclusions(element, table)
      }
      if profile.requiresCompanions, !table.rows[element.row].requires.isEmpty {
        judgeRequirements(element, table)
      }
    }
  }

  private mutating func judgeExclusions(_ element: Element, _ table: AITable) {
    let row = table.rows[element.row]
    for other in elements where other.row != element.row {
      let place = table.rows[other.row].place
      // Two fields that exclude each other are one fault, at the later one.
      if row.excludes.contains(where: { $0.contains(place) }),
        !table.rows[other.row].excludes.contains(where: { $0.contains(row.place) }) || other.start < element.start
      {
        faults.append(
          LabelFault(
            .excludes, at: element.rawStart, identifier: row.text,
            read: table.rows[other.row].text.utf8))
      }
    }
  }

  private mutating func judgeRequirements(_ element: Element, _ table: AITable) {
    let row = table.rows[element.row]
    for requirement in row.requires {
      let holds = requirement.contains { group in
        group.allSatisfy { pattern in
          elements.contains { $0.row != element.row && pattern.contains(table.rows[$0.row].place) }
        }
      }
      if !holds {
        faults.append(
          LabelFault(
            .requires, at: element.rawStart, identifier: row.text,
            read: requirement.map { $0.map(Self.name).joined(separator: "+") }.joined(separator: ", ").utf8))
      }
    }
  }

  /// A pattern as people write it: "01", "31nn".
  private static func name(_ pattern: ApplicationIdentifier.Pattern) -> String {
    func digits(_ place: UInt16) -> String {
      let (number, width) = place < 100 ? (place, 2) : place < 1_100 ? (place - 100, 3) : (place - 1_100, 4)
      return String(repeating: "0", count: width - String(number).utf8.count) + String(number)
    }
    let first = digits(pattern.lowerBound)
    switch pattern.count {
    case 1: return first
    case 10: return first.dropLast() + "n"
    default: return first.dropLast(2) + "nn"
    }
  }
}
