import Testing

@testable import ERP

@Suite struct EnsureConversationTests {
  typealias Found = EnsureConversation.Found
  typealias Step = EnsureConversation.Step

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var answers: [EnsureConversation.Answer]
    var ends: Step
  }

  static func found(
    _ id: Int64, _ content: String = "1", key: String = "a", creator: Int64 = 7, untouched: Bool = true
  ) -> Found {
    Found(key: key, id: id, content: ["amount": content], creator: creator, isUntouched: untouched)
  }

  @Test(arguments: [
    Case(testDescription: "nothing there: create", answers: [.found([])], ends: .create(["a"])),
    Case(testDescription: "created: look again", answers: [.found([]), .created], ends: .lookUp(["a"])),
    Case(
      testDescription: "created and there", answers: [.found([]), .created, .found([found(1)])],
      ends: .finish(["a": .there(id: 1, isNew: true)])),
    Case(
      testDescription: "there before: adopted", answers: [.found([found(1)])],
      ends: .finish(["a": .there(id: 1, isNew: false)])),
    Case(
      testDescription: "created, not there", answers: [.found([]), .created, .found([])], ends: .finish(["a": .missing])
    ),
    Case(
      testDescription: "refused", answers: [.found([]), .refused("closed"), .found([])],
      ends: .finish(["a": .blocked("closed")])),
    Case(
      testDescription: "refused because it is there", answers: [.found([]), .refused("twice"), .found([found(4)])],
      ends: .finish(["a": .there(id: 4, isNew: true)])),
    Case(
      testDescription: "copies of one request: the first stays",
      answers: [.found([]), .created, .found([found(2), found(1)])],
      ends: .withdraw([2])),
    Case(
      testDescription: "copies found after a crash",
      answers: [.found([found(1), found(2)]), .withdrawn, .found([found(1)])],
      ends: .finish(["a": .there(id: 1, isNew: false)])),
  ])
  func table(_ one: Case) {
    var conversation = EnsureConversation([.init(key: "a", content: ["amount": "1"])])
    #expect(conversation.firstStep == .lookUp(["a"]))
    var step = conversation.firstStep
    for answer in one.answers { step = conversation.next(after: answer) }
    #expect(step == one.ends)
  }

  @Test(arguments: [
    [found(1, "2")], [found(1), found(2, "2")], [found(1), found(2, creator: 8)],
    [found(1), found(2, untouched: false)],
  ])
  func aPersonDecides(_ there: [Found]) {
    var conversation = EnsureConversation([.init(key: "a", content: ["amount": "1"])])
    guard case .finish(let outcomes) = conversation.next(after: .found(there)),
      case .blocked(let reason)? = outcomes["a"]
    else {
      Issue.record("not blocked")
      return
    }
    #expect(reason.contains("under a"))
  }

  @Test("copies that the ERP does not remove are a person's, and what is refused among others is tried alone")
  func refusals() {
    var stubborn = EnsureConversation([.init(key: "a", content: [:])])
    #expect(stubborn.next(after: .found([Self.found(1), Self.found(2)])) == .withdraw([2]))
    #expect(stubborn.next(after: .refused("used")) == .lookUp(["a"]))
    guard case .finish(let outcomes) = stubborn.next(after: .found([Self.found(1), Self.found(2)])),
      case .blocked? = outcomes["a"]
    else {
      Issue.record("not blocked")
      return
    }
    var many = EnsureConversation([
      .init(key: "a", content: [:]), .init(key: "b", content: [:]), .init(key: "c", content: [:]),
    ])
    #expect(many.next(after: .found([Self.found(3, key: "c")])) == .create(["a", "b"]))
    #expect(many.next(after: .refused("no")) == .lookUp(["a", "b"]))
    #expect(
      many.next(after: .found([])) == .finish(["a": .alone, "b": .alone, "c": .there(id: 3, isNew: false)]))
  }
}

@Suite struct AdvanceAndTargetTests {
  @Test func pressesOnlyWhatIsNotThereYet() {
    var conversation = AdvanceConversation([1, 2, 3], button: "do", from: ["received"], to: ["done"])
    #expect(conversation.firstStep == .read([1, 2, 3]))
    #expect(conversation.next(after: .states([1: "done", 2: "received", 3: "draft"])) == .press([2]))
    #expect(conversation.next(after: .pressed) == .read([1, 2, 3]))
    #expect(
      conversation.next(after: .states([1: "done", 2: "done", 3: "draft"]))
        == .finish([
          1: .reached(isNew: false), 2: .reached(isNew: true),
          3: .blocked("it is \"draft\" in the ERP, from where it does not become done"),
        ]))
  }

  @Test("a yes without the state is no yes; a refusal counts only where the state is not there")
  func onlyTheStateCounts() {
    var stopped = AdvanceConversation([1], button: "run", from: ["assigned"], to: ["running"])
    _ = stopped.next(after: .states([1: "assigned"]))
    _ = stopped.next(after: .pressed)
    #expect(
      stopped.next(after: .states([1: "assigned"]))
        == .finish([
          1: .blocked("the ERP answered to \"run\" without doing it: it is still \"assigned\", not running")
        ]))
    var late = AdvanceConversation([1], button: "run", from: ["assigned"], to: ["running"])
    _ = late.next(after: .states([1: "assigned"]))
    _ = late.next(after: .refused("You can not call"))
    #expect(late.next(after: .states([1: "running"])) == .finish([1: .reached(isNew: true)]))
    var refused = AdvanceConversation([1], button: "run", from: ["assigned"], to: ["running"])
    _ = refused.next(after: .states([1: "assigned"]))
    _ = refused.next(after: .refused("expired lot"))
    #expect(refused.next(after: .states([1: "assigned"])) == .finish([1: .blocked("expired lot")]))
  }

  @Test func aTotalIsWrittenOnceAndDecidedAnewWhereOthersWrite() {
    var conversation = TargetConversation<String>()
    #expect(conversation.next(after: .read("2 more")) == .write("2 more"))
    #expect(conversation.next(after: .changedMeanwhile) == .read)
    #expect(conversation.next(after: .read("1 more")) == .write("1 more"))
    #expect(conversation.next(after: .written) == .read)
    #expect(conversation.next(after: .read(nil)) == .finish(.reached(isNew: true)))
    var refused = TargetConversation<String>()
    _ = refused.next(after: .read("2 more"))
    _ = refused.next(after: .refused("closed period"))
    #expect(refused.next(after: .read("2 more")) == .finish(.blocked("closed period")))
    var contended = TargetConversation<Int>()
    for round in 0..<TargetConversation<Int>.maximumRounds {
      #expect(contended.next(after: .read(round)) == .write(round))
      _ = contended.next(after: .changedMeanwhile)
    }
    #expect(contended.next(after: .read(99)) == .finish(.contended))
  }

  /// The second of two same requests is refused because the first was carried out; what is lacking now is another step.
  @Test func aRefusalCountsOnlyWhereWhatWasRefusedIsLackingStill() {
    var conversation = TargetConversation<String>()
    #expect(conversation.next(after: .read("run")) == .write("run"))
    #expect(conversation.next(after: .refused("You can not call run")) == .read)
    #expect(conversation.next(after: .read("do")) == .write("do"))
    #expect(conversation.next(after: .refused("You can not call do")) == .read)
    #expect(conversation.next(after: .read(nil)) == .finish(.reached(isNew: false)))
    // Refused again and again, each time for something else: a person, not the next attempt.
    var refused = TargetConversation<Int>()
    for round in 0..<TargetConversation<Int>.maximumRounds {
      #expect(refused.next(after: .read(round)) == .write(round))
      _ = refused.next(after: .refused("closed period"))
    }
    #expect(refused.next(after: .read(99)) == .finish(.blocked("closed period")))
  }
}
