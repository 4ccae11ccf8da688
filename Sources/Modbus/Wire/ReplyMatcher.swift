/// Holds a reply against the one request it must answer.
enum ReplyMatcher {
  enum Verdict: Hashable, Sendable {
    /// The data bytes of the reply, exactly as many as were asked for.
    case data([UInt8])
    /// The device refused, with this exception code (Modbus Application Protocol V1.1b3, 7).
    case exception(UInt8)
    /// The reply does not belong to the request: the link can no longer be trusted.
    case mismatch(String)
  }

  static func verdict(unit: UInt8, pdu: [UInt8], request: ReadRequest, requestedUnit: UInt8) -> Verdict {
    guard unit == requestedUnit else {
      return .mismatch("unit \(unit) answered a request to unit \(requestedUnit)")
    }
    guard let function = pdu.first else { return .mismatch("the reply is empty") }
    if function == request.functionCode | 0x80 {
      guard pdu.count == 2 else { return .mismatch("an exception reply has \(pdu.count) bytes instead of 2") }
      return .exception(pdu[1])
    }
    guard function == request.functionCode else {
      return .mismatch("function \(function) answered a request with function \(request.functionCode)")
    }
    guard pdu.count == request.replyByteCount + 2, Int(pdu[1]) == request.replyByteCount else {
      return .mismatch(
        "the reply carries \(pdu.count - 2) bytes and says \(pdu.count > 1 ? String(pdu[1]) : "nothing"), asked were "
          + "\(request.replyByteCount)")
    }
    return .data(Array(pdu[2...]))
  }
}
