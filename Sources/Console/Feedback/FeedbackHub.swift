public import Shopfloor
import Synchronization

/// Hands the feedback of each station to those who watch it: keeps the latest, so that a screen that lost its
/// connection misses nothing, and never waits for a slow one.
public final class FeedbackHub: Sendable {
  /// Feedback kept for a station: more than a screen misses while the daemon restarts.
  public static let keptPerStation = 64
  /// Screens and terminals that may watch one station.
  public static let maximumSubscribersPerStation = 16
  /// Feedback that may wait for one subscriber; with more waiting it is dropped and has to connect again.
  public static let maximumWaiting = 128

  public struct Counters: Hashable, Sendable, Codable {
    public var published = 0
    /// Subscribers that were too slow.
    public var droppedSubscribers = 0
    /// Subscribers for whom there was no place.
    public var turnedAwaySubscribers = 0
    /// What happened faster than it could be told.
    public var lost = 0
    /// Connections of screens over TCP for which there was no place.
    public var turnedAwayScreens = 0

    public init() {}
  }

  public enum Refusal: Error, Hashable, Sendable {
    case unknownStation(known: [StationName])
    case tooManySubscribers
  }

  private struct StationBoard {
    var nextSequence: Int64
    var latest: [StationFeedback] = []
    var subscribers: [Int: FeedbackSubscription] = [:]
  }

  private struct State {
    var boards: [StationName: StationBoard] = [:]
    var nextSubscriber = 0
    var counters = Counters()
    var isEnded = false
  }

  private let firstSequence: Int64
  private let state = Mutex(State())

  /// - Parameter startedAt: gives the first sequence number, in milliseconds of UTC, so that numbers go on above those
  ///   of the daemon before: no station says something a thousand times a second.
  public init(stations: [StationName], startedAt: Timestamp) {
    firstSequence = max(startedAt.microseconds / 1_000, 1)
    setStations(stations)
  }

  /// The stations of the configuration in force. Subscribers of a station that is gone end.
  public func setStations(_ stations: [StationName]) {
    let gone = state.withLock { state -> [FeedbackSubscription] in
      let names = Set(stations)
      let gone = state.boards.filter { !names.contains($0.key) }
      for name in gone.keys { state.boards[name] = nil }
      for name in names where state.boards[name] == nil {
        state.boards[name] = StationBoard(nextSequence: firstSequence)
      }
      return gone.values.flatMap(\.subscribers.values)
    }
    for subscription in gone { subscription.end() }
  }

  public var stations: [StationName] { state.withLock { $0.boards.keys.sorted() } }
  public var counters: Counters { state.withLock { $0.counters } }

  /// Counts something that nobody was told of.
  public func countLost() { state.withLock { $0.counters.lost += 1 } }

  /// Counts a connection of a screen for which there was no place.
  public func countTurnedAwayScreen() { state.withLock { $0.counters.turnedAwayScreens += 1 } }

  /// Those who watch a station now.
  public func subscriberCount(at station: StationName) -> Int {
    state.withLock { $0.boards[station]?.subscribers.count ?? 0 }
  }

  /// Numbers the feedback, keeps it and hands it on. Never waits. A station that is not known is not told.
  public func publish(_ feedback: StationFeedback) {
    state.withLock { state in
      guard var board = state.boards[feedback.station], !state.isEnded else { return }
      var numbered = feedback
      numbered.sequence = board.nextSequence
      board.nextSequence += 1
      if board.latest.count >= Self.keptPerStation { board.latest.removeFirst() }
      board.latest.append(numbered)
      state.counters.published += 1
      for (number, subscription) in board.subscribers where !subscription.send(.feedback(numbered)) {
        board.subscribers[number] = nil
        if subscription.wasDropped { state.counters.droppedSubscribers += 1 }
      }
      state.boards[feedback.station] = board
    }
  }

  /// Why nobody can watch a station now, counted where there is no place; nil where somebody can.
  public func refusal(at station: StationName) -> Refusal? {
    state.withLock { state in Self.refusal(at: station, &state) }
  }

  private static func refusal(at station: StationName, _ state: inout State) -> Refusal? {
    guard let board = state.boards[station] else { return .unknownStation(known: state.boards.keys.sorted()) }
    guard board.subscribers.count < maximumSubscribersPerStation, !state.isEnded else {
      state.counters.turnedAwaySubscribers += 1
      return .tooManySubscribers
    }
    return nil
  }

  /// Watches a station.
  ///
  /// - Parameter after: the last sequence number that was seen: what is kept after it comes first. Nil, or a number that
  ///   this daemon never gave: the latest feedback comes first.
  public func subscribe(to station: StationName, after: Int64? = nil) -> Result<FeedbackSubscription, Refusal> {
    state.withLock { state in
      if let refusal = Self.refusal(at: station, &state) { return .failure(refusal) }
      guard var board = state.boards[station] else { return .failure(.unknownStation(known: [])) }
      let number = state.nextSubscriber
      state.nextSubscriber += 1
      let subscription = FeedbackSubscription(station: station, number: number)
      for feedback in missed(board, after) { _ = subscription.send(.feedback(feedback)) }
      board.subscribers[number] = subscription
      state.boards[station] = board
      return .success(subscription)
    }
  }

  private func missed(_ board: StationBoard, _ after: Int64?) -> [StationFeedback] {
    guard let after, after < board.nextSequence else { return board.latest.suffix(1) }
    return board.latest.filter { $0.sequence > after }
  }

  public func unsubscribe(_ subscription: FeedbackSubscription) {
    state.withLock { state in
      let removed = state.boards[subscription.station]?.subscribers.removeValue(forKey: subscription.number)
      // Its queue was full when a heartbeat came.
      if removed?.wasDropped ?? false { state.counters.droppedSubscribers += 1 }
    }
    subscription.end()
  }

  /// Ends every subscription; nobody can subscribe any more.
  public func end() {
    let all = state.withLock { state -> [FeedbackSubscription] in
      state.isEnded = true
      defer { for name in state.boards.keys { state.boards[name]?.subscribers = [:] } }
      return state.boards.values.flatMap(\.subscribers.values)
    }
    for subscription in all { subscription.end() }
  }
}
