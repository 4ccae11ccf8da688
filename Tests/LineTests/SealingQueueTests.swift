import Shopfloor
import Testing

@testable import lotwire

@Suite("What is sealed next")
struct SealingQueueTests {
  static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  static func work(
    _ lot: String, _ purpose: SealingQueue.Purpose = .firstSeal, due: Int64 = 0, sequence: Int64 = 1
  ) throws -> SealingQueue.Work {
    SealingQueue.Work(
      subject: .lot(try LotNumber(lot)), purpose: purpose, dueAt: time(due), sequence: sequence)
  }

  /// Takes what is due, in order.
  static func taken(_ queue: inout SealingQueue, at seconds: Int64) -> [SealingQueue.Subject] {
    var taken: [SealingQueue.Subject] = []
    while case .work(let work) = queue.next(at: time(seconds)) { taken.append(work.subject) }
    return taken
  }

  @Test("nothing before its time; what is due first goes first")
  func dueTimes() throws {
    var queue = SealingQueue()
    #expect(queue.next(at: Self.time(0)) == .idle)
    queue.add(try Self.work("L-2", due: 20))
    queue.add(try Self.work("L-1", due: 10))
    #expect(queue.next(at: Self.time(9)) == .wait(until: Self.time(10)))
    #expect(Self.taken(&queue, at: 10) == [.lot("L-1")])
    #expect(queue.next(at: Self.time(10)) == .wait(until: Self.time(20)))
    #expect(Self.taken(&queue, at: 30) == [.lot("L-2")])
    #expect(queue.next(at: Self.time(30)) == .idle)
  }

  @Test("first seals go before renewals, those of one kind by due time and then as they came")
  func order() throws {
    var queue = SealingQueue()
    queue.add(try Self.work("L-1", .renewal, due: 1))
    queue.add(try Self.work("L-2", due: 5))
    queue.add(try Self.work("L-3", due: 5))
    queue.add(try Self.work("L-4", due: 4))
    #expect(Self.taken(&queue, at: 9) == [.lot("L-4"), .lot("L-2"), .lot("L-3"), .lot("L-1")])
  }

  @Test("a thousand contradictions renew a lot once")
  func coalescing() throws {
    var queue = SealingQueue()
    for number in 0..<1_000 {
      queue.add(try Self.work("L-1", .renewal, due: 10 + Int64(number), sequence: Int64(number)))
      queue.add(
        SealingQueue.Work(
          subject: .lotsWith("M-1"), purpose: .renewal, dueAt: Self.time(10), sequence: Int64(number)))
    }
    #expect(queue.count == 2 && queue.droppedCount == 0)
    guard case .work(let first) = queue.next(at: Self.time(10)) else {
      Issue.record("the first one keeps its time")
      return
    }
    #expect(first.subject == .lot("L-1") && first.sequence == 999)
    #expect(Self.taken(&queue, at: 10) == [.lotsWith("M-1")])
  }

  @Test("a first seal that waits takes a renewal with it")
  func firstSealTakesRenewal() throws {
    var queue = SealingQueue()
    queue.add(try Self.work("L-1", .renewal, due: 5, sequence: 8))
    queue.add(try Self.work("L-1", .firstSeal, due: 9, sequence: 7))
    guard case .work(let work) = queue.next(at: Self.time(5)) else {
      Issue.record("nothing is due")
      return
    }
    #expect(work.purpose == .firstSeal && work.sequence == 8)
    #expect(queue.count == 0)
  }

  @Test("a lot that cannot be sealed stops nobody: behind the others, later each time, never forgotten")
  func failures() throws {
    var queue = SealingQueue()
    queue.add(try Self.work("L-1"))
    var now: Int64 = 0
    var waits: [Int64] = []
    for attempt in 1...9 {
      guard case .work(let work) = queue.next(at: Self.time(now)) else {
        Issue.record("attempt \(attempt) is missing")
        return
      }
      #expect(work.subject == .lot("L-1") && work.failures == attempt - 1)
      queue.failed(work, at: Self.time(now))
      guard case .wait(let until) = queue.next(at: Self.time(now)) else {
        Issue.record("it is tried again at once")
        return
      }
      waits.append(until.microseconds(since: Self.time(now)) / 1_000_000)
      now += waits.last ?? 0
      // Others of any kind go before it, though they came later.
      queue.add(try Self.work("L-2", .renewal, due: now))
      queue.add(try Self.work("L-3", due: now))
      guard case .work(let second) = queue.next(at: Self.time(now)),
        case .work(let third) = queue.next(at: Self.time(now))
      else {
        Issue.record("the others wait for it")
        return
      }
      #expect([second.subject, third.subject] == [.lot("L-3"), .lot("L-2")])
    }
    #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300, 300])
    #expect(queue.failureCount == 9)
  }

  @Test("a new event brings the next attempt of a failed lot no nearer")
  func eventAfterFailure() throws {
    var queue = SealingQueue()
    queue.failed(try Self.work("L-1"), at: Self.time(100))
    queue.add(try Self.work("L-1", .renewal, due: 101, sequence: 5))
    #expect(queue.next(at: Self.time(104)) == .wait(until: Self.time(105)))
  }

  @Test("news of deliveries goes last, and puts off no attempt of a lot that failed")
  func news() throws {
    var queue = SealingQueue()
    queue.add(try Self.work("L-1", .news, due: 1))
    queue.add(try Self.work("L-2", .renewal, due: 2))
    #expect(Self.taken(&queue, at: 9) == [.lot("L-2"), .lot("L-1")])
    queue.failed(try Self.work("L-1"), at: Self.time(100))
    queue.add(try Self.work("L-1", .news, due: 700, sequence: 5))
    #expect(queue.next(at: Self.time(104)) == .wait(until: Self.time(105)))
    guard case .work(let work) = queue.next(at: Self.time(105)) else {
      Issue.record("the attempt was put off")
      return
    }
    #expect(work.sequence == 5 && work.purpose == .firstSeal)
    queue.add(try Self.work("L-1", .news, due: 900, sequence: 6))
    queue.failed(work, at: Self.time(200))
    #expect(queue.next(at: Self.time(200)) == .wait(until: Self.time(210)))
  }

  @Test("a record that covers an event is not renewed for it")
  func covered() throws {
    var queue = SealingQueue()
    queue.add(try Self.work("L-1", .renewal, sequence: 7))
    queue.sealed("L-1", through: 6)
    #expect(queue.count == 1)
    queue.sealed("L-1", through: 7)
    #expect(queue.count == 0)
  }

  @Test("what finds the queue full is counted; what waits there is merged all the same")
  func bounds() throws {
    var queue = SealingQueue(capacity: 4)
    for number in 1...7 { queue.add(try Self.work("L-\(number)")) }
    queue.add(try Self.work("L-4", .renewal, sequence: 9))
    #expect(queue.count == 4 && queue.droppedCount == 3 && !queue.hasRoom)
    _ = queue.next(at: Self.time(0))
    _ = queue.next(at: Self.time(0))
    #expect(queue.hasRoom)
    queue.add(try Self.work("L-7"))
    #expect(queue.count == 3 && queue.droppedCount == 3)
  }
}
