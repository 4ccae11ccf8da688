/// Which side of the centre line.
public enum ChartSide: String, Codable, Hashable, Sendable { case low, high }
