/// The four tables of Modbus (Modbus Application Protocol V1.1b3, 4.3).
public enum RegisterTable: String, Sendable, CaseIterable {
  case holding, input, coil, discrete

  public var holdsRegisters: Bool { self == .holding || self == .input }
}
