import Testing

@testable import Pages

@Suite struct DiagramTests {
    private func node(_ name: String, group: Int? = nil) -> Diagram.Node {
        Diagram.Node(title: "convolution 3x3, relu", name: name, shape: "48x80x32", kind: "convolution", group: group)
    }

    /// A chain with random shortcuts, whose nodes are in groups of five.
    private func random(_ count: Int, seed: UInt64, groups: Bool) -> Diagram {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var diagram = Diagram()
        if groups { diagram.groups = (0..<(count + 4) / 5).map { Diagram.Group(title: "group \($0)") } }
        for index in 0..<count {
            diagram.nodes.append(node("n\(index)", group: groups && index % 7 != 0 ? index / 5 : nil))
            if index > 0 { diagram.edges.append(Diagram.Edge(from: max(0, index - 1 - next(3)), to: index)) }
            if index > 4, next(2) == 0 { diagram.edges.append(Diagram.Edge(from: next(index), to: index, result: 1)) }
        }
        return diagram
    }

    @Test(arguments: [(1, false), (2, false), (60, false), (60, true), (400, true)])
    func boxesDoNotOverlapAndWaysLeadDown(count: Int, hasGroups: Bool) {
        for seed in 1...4 as ClosedRange<UInt64> {
            let diagram = random(count, seed: seed, groups: hasGroups)
            let picture = DiagramPicture(diagram)
            for a in 0..<count {
                let box = picture.boxes[a]
                #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= picture.width && box.y + box.height <= picture.height)
                for b in 0..<a {
                    let other = picture.boxes[b]
                    let isApart =
                        box.x >= other.x + other.width || other.x >= box.x + box.width || box.y >= other.y + other.height
                        || other.y >= box.y + box.height
                    #expect(isApart, "\(a) and \(b) overlap")
                }
            }
            #expect(picture.undrawnWays == 0)
            for way in picture.ways {
                let heights = stride(from: 1, to: way.points.count, by: 2).map { way.points[$0] }
                #expect(heights == heights.sorted(), "a way leads up: \(way.points)")
                // Where it ends is the upper border of the box.
                guard let end = way.end else { continue }
                #expect(heights.last == picture.boxes[end].y)
            }
            // Groups are framed where they can be: what is in one lies in its frame.
            for frame in picture.frames {
                for (index, node) in diagram.nodes.enumerated() where node.group == frame.group {
                    let box = picture.boxes[index]
                    #expect(box.x >= frame.box.x && box.x + box.width <= frame.box.x + frame.box.width)
                    #expect(box.y >= frame.box.y && box.y + box.height <= frame.box.y + frame.box.height)
                }
            }
            if hasGroups { #expect(!picture.frames.isEmpty) }
        }
    }

    /// Without the frames of both there is no circle.
    @Test func groupsThatReadFromEachOtherAreDissolved() {
        var diagram = Diagram()
        diagram.groups = [Diagram.Group(title: "a"), Diagram.Group(title: "b"), Diagram.Group(title: "c")]
        diagram.nodes = [node("0", group: 0), node("1", group: 1), node("2", group: 0), node("3", group: 2)]
        diagram.edges = [Diagram.Edge(from: 0, to: 1), Diagram.Edge(from: 1, to: 2), Diagram.Edge(from: 2, to: 3)]
        let picture = DiagramPicture(diagram)
        #expect(picture.frames.map(\.group) == [2])
        #expect(picture.ways.count == 4)
    }

    /// Three connections cross in the given order, none in the best.
    @Test func crossingsAreAvoided() {
        let boxes = (0..<6).map { _ in LayeredLayout.Box(width: 100, height: 40) }
        let connections = [(0, 5), (1, 4), (2, 3)].map { LayeredLayout.Connection(from: $0, to: $1, value: $0) }
        let layout = LayeredLayout(boxes: boxes, connections: connections, mostBends: 100)
        for (from, to) in [(0, 5), (1, 4), (2, 3)] { #expect(abs(layout.origins[from].x - layout.origins[to].x) < 1) }
        #expect(layout.origins[0].y < layout.origins[3].y)
    }

    @Test func tooManyBendsLeaveLongWaysOut() {
        var diagram = Diagram()
        diagram.nodes = (0..<400).map { node("\($0)") }
        for index in 1..<400 {
            diagram.edges.append(Diagram.Edge(from: index - 1, to: index))
            // Each goes to the last: 80,000 bends.
            if index < 399 { diagram.edges.append(Diagram.Edge(from: index - 1, to: 399, result: 1)) }
        }
        let picture = DiagramPicture(diagram)
        #expect(picture.undrawnWays > 0 && picture.undrawnWays < 398)
        #expect(picture.ways.count + picture.undrawnWays == diagram.edges.count)
    }

    /// Worked out by hand: 3 and 1 are too near to each other and in the wrong order, so that they share their mean.
    @Test func placesAreNearestToTheWanted() {
        let places = nearest(to: [0, 3, 1, 10] as [Double], weights: [1, 1, 1, 1] as [Double], gaps: [0, 1, 1, 1] as [Double])
        #expect(places == [0, 1.5, 2.5, 10] as [Double])
        let weighted = nearest(to: [3, 0] as [Double], weights: [3, 1] as [Double], gaps: [0, 2] as [Double])
        // 3 · (3 - x)² + (0 - x - 2)² is least at x = 1.75.
        #expect(weighted == [1.75, 3.75] as [Double])
    }

    @Test func graphvizTextIsEscaped() {
        var diagram = Diagram()
        diagram.groups = [Diagram.Group(title: "g\"]; x"), Diagram.Group(title: "inner", parent: 0)]
        diagram.nodes = [node("a\"];\nb\\N"), node("c", group: 0), node("d", group: 1)]
        diagram.edges = [Diagram.Edge(from: 0, to: 1), Diagram.Edge(from: 1, to: 2)]
        let expected = """
            digraph "name\\\\\\"" {
              node [shape=box, style=rounded, fontname="Helvetica", fontsize=10];
              edge [arrowsize=0.6];
              subgraph cluster_0 {
                label="g\\"]; x";
                subgraph cluster_1 {
                  label="inner";
                  n2 [label="convolution 3x3, relu\\nd\\n48x80x32"];
                }
                n1 [label="convolution 3x3, relu\\nc\\n48x80x32"];
              }
              n0 [label="convolution 3x3, relu\\na\\"];\\nb\\\\N\\n48x80x32"];
              n0 -> n1;
              n1 -> n2;
            }

            """
        #expect(diagram.dotText(name: "name\\\"") == expected)
    }
}
