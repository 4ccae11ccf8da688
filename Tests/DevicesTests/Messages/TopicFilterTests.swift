import Testing

@testable import Devices

@Suite struct TopicFilterTests {
  /// The examples of MQTT 3.1.1 section 4.7, and the edges next to them.
  static let cases: [(filter: String, topic: String, matches: Bool)] = [
    ("sport/tennis/player1/#", "sport/tennis/player1", true),
    ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
    ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
    ("sport/#", "sport", true),
    ("#", "sport/tennis", true),
    ("#", "/", true),
    ("sport/tennis/+", "sport/tennis/player1", true),
    ("sport/tennis/+", "sport/tennis/player2", true),
    ("sport/tennis/+", "sport/tennis/player1/ranking", false),
    ("sport/+", "sport", false),
    ("sport/+", "sport/", true),
    ("+", "sport", true),
    ("+", "/sport", false),
    ("+/tennis/#", "sport/tennis/player1", true),
    ("+/tennis/#", "sport/tennis", true),
    ("+/+", "/finance", true),
    ("/+", "/finance", true),
    ("+", "/finance", false),
    ("#", "$SYS/monitor/Clients", false),
    ("+/monitor/Clients", "$SYS/monitor/Clients", false),
    ("$SYS/#", "$SYS/monitor/Clients", true),
    ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
    ("ACCOUNTS", "Accounts", false),
    ("a/b", "a/b", true),
    ("a/b", "a/b/c", false),
    ("a/b/c", "a/b", false),
    ("a//c", "a//c", true),
    ("a/+/c", "a//c", true),
    ("sport/+/#", "sport", false),
    ("sport/+/#", "sport/tennis", true),
    // Composed and decomposed letters are different topics.
    ("caf\u{E9}", "cafe\u{301}", false),
    ("洁净室/+/温度", "洁净室/1/温度", true),
  ]

  @Test(arguments: cases)
  func filterMeansTopic(_ example: (filter: String, topic: String, matches: Bool)) throws {
    #expect(try TopicFilter(example.filter).matches(example.topic) == example.matches)
  }

  @Test(arguments: [
    ("", TopicFilterFault.empty), ("sport/tennis#", .wildcardInsideLevel), ("sport/tennis/#/ranking", .hashNotLast),
    ("sport+", .wildcardInsideLevel), ("a\0b", .containsNull), ("$share/group/a", .shared),
    (String(repeating: "a", count: 65_536), .tooLong(bytes: 65_536)),
  ])
  func refusesWhatTheSpecificationForbids(_ text: String, _ fault: TopicFilterFault) {
    #expect(throws: fault) { try TopicFilter(text) }
  }

  @Test func coveredFiltersAreNotSubscribedTwice() throws {
    let filters = try ["a/b", "a/+", "a/+/c", "a/#", "d/+", "d/e", "$SYS/x", "#"].map { try TopicFilter($0) }
    #expect(TopicFilter.withoutCovered(Array(filters.dropLast())).map(\.text) == ["a/#", "d/+", "$SYS/x"])
    #expect(TopicFilter.withoutCovered(filters).map(\.text) == ["$SYS/x", "#"])
    #expect(TopicFilter.withoutCovered([filters[0], filters[0]]).map(\.text) == ["a/b"])
  }

  /// Whatever one filter covers must match wherever the covered one does.
  @Test func coveringAgreesWithMatching() throws {
    var generator = SeededGenerator(seed: 7)
    let levels = ["a", "b", "", "+", "$x"]
    for _ in 0..<3_000 {
      func random(_ names: [String], _ ends: [String]) -> String {
        let parts = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
          names[Int.random(in: names.indices, using: &generator)]
        }
        let end = ends[Int.random(in: ends.indices, using: &generator)]
        return parts.joined(separator: "/") + end
      }
      let wide = random(levels, ["", "/#"]), narrow = random(levels, ["", "/#"]),
        topic = random(["a", "b", "$x"], [""])
      guard let left = try? TopicFilter(wide), let right = try? TopicFilter(narrow) else { continue }  // "": no filter
      if left.covers(right), right.matches(topic) {
        #expect(left.matches(topic), "\(wide) covers \(narrow) but does not mean \(topic)")
      }
    }
  }
}
