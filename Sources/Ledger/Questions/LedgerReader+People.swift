import GRDB
public import Shopfloor

/// What a person did, a page of it.
public struct PersonActions: Hashable, Sendable {
  /// Nil where the ledger does not know the person.
  public var person: Person?
  /// The latest first.
  public var actions: [EventRecord]
  /// Names of the people that the actions name, by id.
  public var names: [String: String]
  /// Ask for the page before this event; nil: there is no more.
  public var next: Int64?
}

extension LedgerReader {
  /// Everything a person did, the latest first, page by page.
  ///
  /// - Parameters:
  ///   - from: by the time of recording; nil: since ever.
  ///   - before: what the page before gave as `next`; nil: the latest.
  ///   - limit: of one page, above 0.
  public func actions(
    of person: PersonID, from: Timestamp? = nil, to: Timestamp? = nil, before: Int64? = nil, limit: Int = 200
  ) throws(LedgerError) -> PersonActions {
    try ask { db in
      let begin = from ?? Timestamp(microseconds: .min)
      let end = to ?? Timestamp(microseconds: .max)
      var records: [EventRecord] = []
      if let bounds = try Self.sequences(from: begin, to: end, db) {
        records = try Self.events(
          db,
          """
          SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ?1 AND s.sequence BETWEEN ?2 AND ?3 AND e.time >= ?4 AND e.time < ?5
            AND e.kind <> 'personUpdated'
          ORDER BY s.sequence DESC LIMIT ?6
          """,
          [
            EventSubject.person(person).key, bounds.lowerBound, min(bounds.upperBound, (before ?? .max) - 1),
            begin.microseconds, end.microseconds, limit + 1,
          ])
      }
      let page = Array(records.prefix(limit))
      var people: Set<PersonID> = [person]
      for case .person(let other) in page.flatMap(\.event.subjects) { people.insert(other) }
      return PersonActions(
        person: try Self.person(person, db), actions: page, names: try Self.names(of: people, db),
        next: records.count > limit ? page.last?.sequence : nil)
    }
  }
}
