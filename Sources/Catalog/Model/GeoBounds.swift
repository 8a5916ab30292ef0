public import Core

/// A box on the map in degrees, edges included. `west > east` means that it crosses the 180° meridian.
public struct GeoBounds: Sendable, Hashable, Codable {
    public let south: Double
    public let west: Double
    public let north: Double
    public let east: Double

    /// Nil when a latitude is outside −90…90, a longitude outside −180…180, or south is north of north.
    public init?(south: Double, west: Double, north: Double, east: Double) {
        guard (-90...90).contains(south), (-90...90).contains(north), south <= north,
            (-180...180).contains(west), (-180...180).contains(east)
        else { return nil }
        self.south = south
        self.west = west
        self.north = north
        self.east = east
    }

    /// Whether the box crosses the 180° meridian.
    public var crossesAntimeridian: Bool { west > east }

    public func contains(_ point: GeoPoint) -> Bool {
        guard (south...north).contains(point.latitude) else { return false }
        return crossesAntimeridian
            ? point.longitude >= west || point.longitude <= east
            : point.longitude >= west && point.longitude <= east
    }
}
