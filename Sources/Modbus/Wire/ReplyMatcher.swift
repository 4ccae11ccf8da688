import Devices

/// Holds a reply against the one request it must answer.
enum ReplyMatcher {
  enum Verdict {
    /// The data bytes of the reply to a read, exactly as many as were asked for, in the bytes of the PDU.
    case data(UnsafeRawBufferPointer)
    /// The device confirmed the write by repeating it.
    case written
    /// The device refused, with this exception code (Modbus Application Protocol V1.1b3, 7).
    case exception(UInt8)
    /// The reply does not belong to the request: the link can no longer be trusted.
    case mismatch(String)
  }

  static func verdict(
    unit: UInt8, pdu: UnsafeRawBufferPointer, request: LinkRequest, requestedUnit: UInt8
  ) -> Verdict {
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
    switch request {
    case .read(let read):
      guard pdu.count == read.replyByteCount + 2, Int(pdu[1]) == read.replyByteCount else {
        return .mismatch(
          "the reply carries \(pdu.count - 2) bytes and says \(pdu.count > 1 ? String(pdu[1]) : "nothing"), asked "
            + "were \(read.replyByteCount)")
      }
      return .data(UnsafeRawBufferPointer(rebasing: pdu[2...]))
    case .write(let write):
      guard pdu.elementsEqual(write.echo) else {
        return .mismatch("the reply to a write of \(write.table.rawValue) \(write.address) does not repeat it")
      }
      return .written
    }
  }
}
