/// Calibrations of the sensors behind parameters.
extension Floor {
  /// Longest certificate number and note, in characters.
  static let maximumCalibrationText = 500

  func decideCalibration(_ done: Calibration, _ time: Timestamp) throws(Refusal) -> Decision {
    let read = "\(done.station)/\(done.parameter)"
    try require(.engineer, of: done.person, read: read)
    guard plan.station(done.station)?.parameters.contains(where: { $0.name == done.parameter }) == true else {
      throw Refusal(
        .calibrationInvalid, read: read,
        why: Words("no station of the line has this parameter", "产线上没有该工位参数"),
        remedy: Words("Name it as in the configuration: STATION/PARAMETER", "请按配置填写：工位/参数"))
    }
    guard done.performedAt <= time, done.dueAt.map({ $0 > done.performedAt }) ?? true else {
      throw Refusal(
        .calibrationInvalid, read: read,
        why: Words(
          "a calibration lies in the past, and the next one is due after it", "校准时间须在过去，下次到期须晚于本次校准"),
        remedy: Words("Correct the times", "请更正时间"))
    }
    for text in [done.certificate, done.note].compactMap({ $0 }) where text.count > Self.maximumCalibrationText {
      throw Refusal(
        .calibrationInvalid, read: read,
        why: Words(
          "a text has \(text.count) characters, over the bound of \(Self.maximumCalibrationText)",
          "文字有 \(text.count) 个字符，超过上限 \(Self.maximumCalibrationText)"),
        remedy: Words("Shorten it", "请缩短文字"))
    }
    let isDoubtful = done.asFound == .outOfTolerance
    return .accepted(
      [.calibrationRecorded(done)],
      "calibration of \(read) recorded" + (isDoubtful ? "; what it measured since the one before is in doubt" : ""),
      "\(read) 的校准已记录" + (isDoubtful ? "；自上次校准以来的测量值存疑" : ""))
  }
}
