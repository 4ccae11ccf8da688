import PlainCModbus

/// The plain-C loop over libmodbus.
enum PollingFloor {
  static func run(_ plan: PollPlan) throws(BenchFault) -> PollOutcome {
    var message = [CChar](repeating: 0, count: 256)
    var result = plain_poll_result()
    let status = run(plan, &result, &message)
    defer { plain_poll_free(&result) }
    guard status == 0 else {
      let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw BenchFault("the C loop failed: \(text)")
    }
    var outcome = PollOutcome(
      requests: result.requests, values: result.values, stored: result.stored_values, seconds: result.seconds,
      cpuSeconds: result.cpu_seconds, residentBytes: Memory.bytes("VmRSS"))
    guard plan.intervalMicroseconds > 0 else { return outcome }
    var times = PollTimes()
    for poll in UnsafeBufferPointer(start: result.times, count: Int(result.time_count)) {
      times.polls.append(.init(device: Int(poll.device), received: poll.received_us, durable: poll.durable_us))
    }
    (outcome.received, outcome.durable) = times.lateness(intervalMicroseconds: plan.intervalMicroseconds)
    return outcome
  }

  private static func run(_ plan: PollPlan, _ result: inout plain_poll_result, _ message: inout [CChar]) -> Int32 {
    var native = plain_poll_plan()
    native.port = Int32(plan.port)
    native.connections = Int32(plan.devices)
    native.registers = Int32(plan.pointsPerDevice * 2)
    native.registers_per_request = Int32(plan.pointsPerRequest * 2)
    native.interval_us = plan.intervalMicroseconds
    native.warm_up_seconds = plan.warmUpSeconds
    native.seconds = plan.seconds
    native.commit_delay_us = 50_000
    guard let path = plan.database else { return plain_poll(&native, &result, &message, Int32(message.count)) }
    return path.withCString { path in
      native.database = path
      return plain_poll(&native, &result, &message, Int32(message.count))
    }
  }
}
