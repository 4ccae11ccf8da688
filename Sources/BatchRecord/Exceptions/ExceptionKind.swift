public import Shopfloor

/// The kinds of things a reviewer must look at. Every record names those it has and those it was checked for without
/// finding any.
public enum ExceptionKind: String, CaseIterable, Sendable, Codable {
  case specificationAlarm, limitAlarm, controlSignal, missingCollection
  case alarmEscalated, alarmSuppressed, rulesBlocked, gateClosed
  case gap, noReadings, unusableReadings, lateReadings, droppedReadings
  case messagesLost, messagesThinned, readingsDamaged
  case refusal, hold
  case deviceWrite, writeNotConfirmed
  case clockStep, recorderRestart, planChange
  case partialCycle, characteristicNotRecomputed
  case runNotEnded, operationNotCompleted
  case materialNotUsable
  case correction, suggestionOverridden, substitute, materialConflict
  case deliveryRefused, deliverySetAside
  case consumptionUndivided

  public enum Severity: String, CaseIterable, Sendable, Codable {
    /// Something was out of its limits, or the record is not whole: a decision is due.
    case violation
    /// Something must be explained.
    case warning
    /// Good to know.
    case information
  }

  public var severity: Severity {
    switch self {
    case .specificationAlarm, .hold, .droppedReadings, .messagesLost, .readingsDamaged, .runNotEnded,
      .operationNotCompleted,
      .materialNotUsable,
      .noReadings, .writeNotConfirmed, .materialConflict, .deliveryRefused:
      .violation
    case .limitAlarm, .controlSignal, .missingCollection, .alarmEscalated, .alarmSuppressed, .rulesBlocked, .gap,
      .lateReadings, .messagesThinned, .clockStep, .recorderRestart, .planChange, .partialCycle,
      .characteristicNotRecomputed, .deviceWrite, .correction, .suggestionOverridden, .deliverySetAside,
      .consumptionUndivided:
      .warning
    case .refusal, .unusableReadings, .substitute, .gateClosed: .information
    }
  }

  /// The kinds that a record of this version of the format was checked for.
  static func kinds(ofVersion version: Int64) -> [ExceptionKind] {
    allCases.filter { kind in
      switch kind {
      case .deviceWrite, .writeNotConfirmed: version >= 2
      case .correction, .suggestionOverridden, .substitute, .materialConflict: version >= 3
      case .missingCollection, .alarmEscalated, .alarmSuppressed, .rulesBlocked, .gateClosed: version >= 4
      case .messagesLost, .messagesThinned: version >= 5
      case .readingsDamaged: version >= 6
      case .deliveryRefused, .deliverySetAside, .consumptionUndivided: version >= 7
      default: true
      }
    }
  }

  /// What was looked for, in the plural.
  public var title: Words {
    switch self {
    case .specificationAlarm: Words("values outside their specification", "超出规格的数值")
    case .limitAlarm: Words("values beyond their alarm limits", "超出报警限的数值")
    case .controlSignal: Words("control chart signals", "控制图信号")
    case .missingCollection: Words("chart points that did not come in time", "未按时取得的控制图点")
    case .alarmEscalated: Words("alarms that nobody acknowledged in time", "未及时确认而升级的报警")
    case .alarmSuppressed: Words("alarms that were shelved or out of service", "被搁置或停用的报警")
    case .rulesBlocked: Words("chart rules that were switched off", "被停用的控制图判异准则")
    case .gateClosed: Words("values that were not charted because a condition did not hold", "因条件未满足而未绘入控制图的数值")
    case .gap: Words("gaps in the readings", "读数缺口")
    case .noReadings: Words("parameters without any good reading", "没有任何有效读数的参数")
    case .unusableReadings: Words("readings that could not be judged", "无法判定的读数")
    case .lateReadings: Words("late readings", "迟到的读数")
    case .droppedReadings: Words("dropped readings", "被丢弃的读数")
    case .messagesLost: Words("messages of sensors that are missing", "缺失的传感器消息")
    case .messagesThinned: Words("topics that sent too much and were thinned", "因发送过多而被抽稀的主题")
    case .readingsDamaged: Words("damage in the ledger that was set aside", "已隔离的台账损坏")
    case .refusal: Words("refused actions", "被拒绝的操作")
    case .hold: Words("holds", "冻结")
    case .deviceWrite: Words("values written to a machine", "写入设备的数值")
    case .writeNotConfirmed: Words("writes that the machine did not confirm", "设备未确认的写入")
    case .clockStep: Words("clock steps", "时钟跳变")
    case .recorderRestart: Words("restarts of the recorder during a run", "运行期间记录器重启")
    case .planChange: Words("changes of the plan during a run", "运行期间的方案变更")
    case .partialCycle: Words("partial cycles", "不完整的循环")
    case .characteristicNotRecomputed:
      Words("characteristics that do not follow from the readings", "无法由读数复算的特性值")
    case .runNotEnded: Words("runs that have not ended", "未结束的运行")
    case .operationNotCompleted: Words("operations that are not completed", "未完成的工序")
    case .correction: Words("steps that were taken back", "被撤销的操作")
    case .suggestionOverridden: Words("material taken against the suggestion", "未按建议领用的批次")
    case .substitute: Words("substitutes", "替代料")
    case .materialConflict: Words("contradictions between the ERP and the floor", "ERP 与现场的矛盾")
    case .deliveryRefused: Words("reports that the ERP refused", "ERP 拒绝的报告")
    case .deliverySetAside: Words("reports that a person set aside instead of delivering", "由人员搁置而未送达的报告")
    case .consumptionUndivided:
      Words("consumption for several work orders of which nobody said the shares", "多工单共用而未说明各工单用量的投料")
    case .materialNotUsable: Words("materials that are not released or had expired", "未放行或已过期的物料")
    }
  }
}
