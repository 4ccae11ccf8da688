import Testing

@testable import ERP

@Suite struct DeliveryConversationTests {
  typealias Answer = DeliveryConversation.Answer
  typealias Step = DeliveryConversation.Step

  static let ours = RecordReference(id: "7", sha256: "aa")
  static let other = RecordReference(id: "8", sha256: "bb")

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var answers: [Answer]
    /// The kind of the last step: "create", "search", "read", "delivered", "blocked", "give up".
    var ends: String
    var words: String = ""
  }

  @Test(arguments: [
    Case(testDescription: "nothing there", answers: [.found([])], ends: "create"),
    Case(testDescription: "created: look again", answers: [.found([]), .created], ends: "search"),
    Case(testDescription: "created and there", answers: [.found([]), .created, .found([ours])], ends: "read"),
    Case(
      testDescription: "created, there, same content",
      answers: [.found([]), .created, .found([ours]), .content(sha256: "aa")], ends: "delivered"),
    Case(
      testDescription: "created, there, other content",
      answers: [.found([]), .created, .found([ours]), .content(sha256: "ab")], ends: "blocked", words: "other content"),
    Case(
      testDescription: "created, there, longer content",
      answers: [.found([]), .created, .found([ours]), .content(sha256: nil)], ends: "blocked", words: "longer"),
    Case(
      testDescription: "created, not there", answers: [.found([]), .created, .found([])], ends: "give up",
      words: "does not show it"),
    Case(
      testDescription: "created twice by others", answers: [.found([]), .created, .found([ours, ours])],
      ends: "blocked", words: "2 records"),
    Case(testDescription: "already there", answers: [.found([ours])], ends: "read"),
    Case(
      testDescription: "already there, adopted", answers: [.found([ours]), .content(sha256: "aa")], ends: "delivered"),
    Case(testDescription: "their digest differs", answers: [.found([other])], ends: "blocked", words: "other content"),
    Case(testDescription: "two there", answers: [.found([ours, other])], ends: "blocked", words: "7, 8"),
    Case(
      testDescription: "refused", answers: [.found([]), .refused(text: "closed period"), .found([])], ends: "blocked",
      words: "closed period"),
    Case(
      testDescription: "refused because it is there",
      answers: [.found([]), .refused(text: "duplicate"), .found([ours])], ends: "read"),
  ])
  func table(_ one: Case) {
    var conversation = DeliveryConversation(key: "k", sha256: "aa")
    #expect(conversation.firstStep == .search)
    var step = conversation.firstStep
    for answer in one.answers { step = conversation.next(after: answer) }
    let (kind, words) = describe(step)
    #expect(kind == one.ends)
    #expect(words.contains(one.words))
  }

  @Test(arguments: 1...200) func neverCreatesTwiceAndNeverTrustsAnAnswer(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var conversation = DeliveryConversation(key: "k", sha256: "aa")
    var step = conversation.firstStep
    var creates = 0
    var lastContent: String?
    for _ in 0..<20 {
      switch step {
      case .search:
        let lists: [[RecordReference]] = [[], [Self.ours], [Self.other], [Self.ours, Self.ours]]
        step = conversation.next(after: .found(lists.randomElement(using: &generator) ?? []))
      case .create:
        creates += 1
        step = conversation.next(after: Bool.random(using: &generator) ? .created : .refused(text: "no"))
      case .readBack:
        lastContent = ["aa", "bb", nil].randomElement(using: &generator) ?? nil
        step = conversation.next(after: .content(sha256: lastContent))
      case .finish(.delivered):
        #expect(lastContent == "aa")
        #expect(creates <= 1)
        return
      case .finish(.blocked), .giveUp:
        #expect(creates <= 1)
        return
      }
    }
    Issue.record("no end after 20 steps")
  }

  private func describe(_ step: Step) -> (String, String) {
    switch step {
    case .search: ("search", "")
    case .create: ("create", "")
    case .readBack: ("read", "")
    case .finish(.delivered): ("delivered", "")
    case .finish(.blocked(let reason)): ("blocked", reason)
    case .giveUp(let failure): ("give up", failure.description)
    }
  }
}
