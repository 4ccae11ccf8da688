/// What can happen to one HTTP call between a client and its server.
public enum HTTPFault: Hashable, Sendable {
  case none
  /// The connection is reset before a request is read.
  case refuseConnection
  /// The request never reaches the server; the connection ends.
  case cutBeforeServer
  /// The server does its work, and its answer never arrives.
  case cutBeforeAnswer
  /// The server does its work, and half of its answer arrives.
  case cutInsideAnswer
  /// The server gets the request so much later.
  case delayRequest(milliseconds: Int)
  /// The server does its work at once, and its answer arrives so much later.
  case delayAnswer(milliseconds: Int)
  /// A middle box that did not like to wait sends the same request twice; the second answer arrives.
  case repeatRequest
  /// Somebody in between answers, and the server never sees the request.
  case answer(status: Int)
  /// The answer arrives, and the connection ends without having said so: the next request on it meets its end.
  case closeReusedConnection
  /// The server is killed as soon as it has the request, and started again.
  case restartServer
}

/// One call as the proxy saw it.
public struct HTTPCall: Hashable, Sendable {
  /// From 1 on, in the order of arrival.
  public var number: Int
  /// "common.db.login", "model.stock.lot.create": the method that stands in a JSON-RPC body; empty where none does.
  public var method: String
  public var path: String
  public var fault = HTTPFault.none
  /// How often the server was asked.
  public var forwarded = 0
  /// Of the server's last answer.
  public var status: Int?
  /// Head and body as the client sent them.
  public var requestBytes = 0
  /// Head and body of the server's last answer.
  public var answerBytes = 0
}

/// Draws faults by chance, the same ones for the same seed and the same calls.
public struct HTTPFaultDice: Sendable {
  private var state: UInt64
  private let faultRate: Double
  private let faults: [HTTPFault]

  /// - Parameters:
  ///   - faultRate: share of the calls that something happens to.
  ///   - faults: drawn from with equal chances; name one twice to have it twice as often.
  public init(seed: UInt64, faultRate: Double, faults: [HTTPFault]) {
    state = seed
    self.faultRate = faultRate
    self.faults = faults
  }

  public mutating func next() -> HTTPFault {
    guard !faults.isEmpty, Double(draw() >> 11) * 0x1p-53 < faultRate else { return .none }
    return faults[Int(draw() % UInt64(faults.count))]
  }

  /// SplitMix64.
  private mutating func draw() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
