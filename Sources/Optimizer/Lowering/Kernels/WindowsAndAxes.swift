import GraphIR
import PlanFormat

// Windows and axes as kernels have them.

extension WindowedFamily {
    mutating func set(_ window: Window, _ edges: EdgeAmounts) {
        (kernelHeight, kernelWidth) = (window.size.height, window.size.width)
        (strideHeight, strideWidth) = (window.strides.height, window.strides.width)
        (dilationHeight, dilationWidth) = (window.dilations.height, window.dilations.width)
        (paddingTop, paddingLeft) = (edges.top, edges.left)
    }
}

extension PlainWindow {
    init(_ window: Window, _ edges: EdgeAmounts, on image: [Int]) {
        self.init()
        (images, height, width, channels) = (image[0], image[1], image[2], image[3])
        set(window, edges)
    }
}

extension PlainAxes {
    init(_ view: TensorView, reducing axes: [Int]) {
        let kept = view.shape.indices.filter { !axes.contains($0) }
        let outer = LoopNest(kept.map { view.shape[$0] }, [kept.map { view.strides[$0] }])
        let inner = LoopNest(axes.map { view.shape[$0] }, [axes.map { view.strides[$0] }])
        self.init(kept: outer.loop, outer.view(0, offset: view.offset), reduced: inner.loop, inner.view(0))
    }
}
