/// A graph with every operation and every attribute, exactly as the writer writes it.
let sampleText = #"""
    venule 1
    metadata "source.format" = "hand \"made\"\n\u{1}é"
    metadata "empty" = ""
    entry @main

    function @main(%image: f32[n, 16*h, 16*w, 4], %table: f32[2, 6], %rows: i64[2*((h+1)/3), (h+2)/3+1]) {
      %k = constant f32[3, 3, 4, 4] filled 0.125
      %k2 = constant f32[3, 3, 2, 4] filled -0.0
      %k8 = constant f32[3, 3, 8, 4] filled 1e-45
      %kt = constant f32[2, 2, 2, 4] filled 3.4028235e+38
      %b = constant f32[4] {0.1, -inf, #7fc00001, 16777216.0}
      %scalar = constant f32[] {3.0} named "a scalar"
      %i64 = constant i64[2] {-9223372036854775808, 9223372036854775807}
      %i32 = constant i32[2, 1] {-2147483648, 7}
      %u8 = constant u8[3] {0, 255, 1}
      %i8 = constant i8[2] {-128, 127}
      %bool = constant bool[2] {true, false}
      %conv = convolution(%image, %k, %b) window 3x3 padding same bias then relu : f32[n, 16*h, 16*w, 4]
      %odd = convolution(%image, %k2) window 3x3 strides 2x1 dilations 1x2 padding top 1 left 2 bottom 0 right 3 groups 2 : f32[n, 8*h, 16*w+1, 4]
      %both, %pooled = convolution(%image, %conv, %k8, %b) sources 2 window 3x3 padding same-lower bias then bounded-relu slope 0.1 maximum 6.0 threshold 0.5 then pool 2x2 keeping-unpooled : f32[n, 16*h, 16*w, 4], f32[n, 8*h, 8*w, 4]
      %pooled.1 = convolution(%image, %k) window 3x3 padding same then pool 4x2 : f32[n, 4*h, 8*w, 4]
      %up = transposed-convolution(%pooled, %kt) window 2x2 strides 2x2 padding top 0 left 0 bottom 1 right 0 output-padding 1x0 groups 2 then leaky-relu slope 0.3 : f32[n, 16*h, 16*w, 4]
      %up.same = transposed-convolution(%pooled, %kt, %b) window 2x2 strides 2x2 padding same groups 2 bias : f32[n, 16*h, 16*w, 4]
      %max = pooling(%image) maximum window 3x3 strides 2x2 padding top 0 left 0 bottom 1 right 1 rounding-up : f32[n, 8*h, 8*w, 4]
      %mean = pooling(%image) average window 3x3 padding same counting-padding : f32[n, 16*h, 16*w, 4]
      %all = global-pooling(%image) average : f32[n, 1, 1, 4]
      %most = global-pooling(%image) maximum : f32[n, 1, 1, 4]
      %norm = batch-normalization(%image, %b, %b, %b, %b) epsilon 0.001 then elu alpha 1.0 : f32[n, 16*h, 16*w, 4]
      %f1 = selu(%image) alpha 1.6732632 scale 1.050701 : f32[n, 16*h, 16*w, 4]
      %f2 = hard-sigmoid(%f1) slope 0.2 offset 0.5 : f32[n, 16*h, 16*w, 4]
      %f3 = clip(%f2) minimum -inf maximum 1.0 : f32[n, 16*h, 16*w, 4]
      %f4 = gelu-tanh(%f3) : f32[n, 16*h, 16*w, 4]
      %sum = add(%f4, %most) : f32[n, 16*h, 16*w, 4]
      %slope = prelu(%sum, %b) then celu alpha 2.0 : f32[n, 16*h, 16*w, 4]
      %joined = concatenation(%slope, %conv) axis 3 : f32[n, 16*h, 16*w, 8]
      %pad1 = padding(%joined) constant 0.25 amounts [0 0, 1 2, -3 4, 0 0] : f32[n, 16*h+3, 16*w+1, 8]
      %pad2 = padding(%joined) edge amounts [0 0, 1 1, 0 0, 0 0] : f32[n, 16*h+2, 16*w, 8]
      %pad3 = padding(%joined) reflect amounts [0 0, 1 1, 0 0, 0 0] : f32[n, 16*h+2, 16*w, 8]
      %big = resize(%image) axes [1 factor 2 nearest floor half-pixel, 2 factor 3 nearest round-prefer-floor asymmetric] : f32[n, 32*h, 48*w, 4]
      %fixed = resize(%image) axes [1 size 33 linear align-corners, 2 size 65 linear align-corners] : f32[n, 33, 65, 4]
      %crude = resize(%image) axes [] : f32[n, 16*h, 16*w, 4]
      %flat = reshape(%all) to [=, ?] : f32[n, 4]
      %line = reshape(%conv) to [=, 16*h, 4*w, 16] : f32[n, 16*h, 4*w, 16]
      %turned = transpose(%joined) permutation [0, 3, 1, 2] : f32[n, 8, 16*h, 16*w]
      %w = constant f32[6, 4] filled 1.0
      %dense = matrix-multiplication(%table, %w, %b) bias then sigmoid : f32[2, 4]
      %plain = matrix-multiplication(%table, %w) : f32[2, 4]
      %odds = softmax(%dense) axis 1 : f32[2, 4]
      %same = identity(%odds) : f32[2, 4] named "a name\\with/anything 血管"
      %kept = dropout(%same) rate 0.5 : f32[2, 4]
      %"spaced value" = call @"a block"(%image) : f32[n, 4*h, 4*w, 4]
      return %kept, %"spaced value" as "vessels", %kept as "twice", %both
    }

    function @"a block"(%x: f32[batch, 4*rows, 4*columns, 4]) {
      %y = pooling(%x) average window 4x4 strides 4x4 : f32[batch, rows, columns, 4]
      return %y
    }
    """# + "\n"

/// A short graph with each form of the grammar, for tests that read it once for every byte.
let shortText = #"""
    venule 1
    metadata "a\n" = "b\u{1f}"
    entry @f // a comment

    function @f(%x: f32[n, 6*h, 2*((w+1)/3), 2]) {
      %k = constant f32[1, 1, 2, 2] {1.5, -inf, #7fc00001, 1e-30}
      %k4 = constant f32[1, 1, 4, 2] filled 2.0
      %b = constant f32[2] filled 0.5 named "bias \"0\""
      %c, %d = convolution(%x, %x, %k4, %b) sources 2 window 1x1 bias then elu alpha 0.5 then pool 2x1 keeping-unpooled : f32[n, 6*h, 2*((w+1)/3), 2], f32[n, 3*h, 2*((w+1)/3), 2]
      %p = pooling(%c) maximum window 2x2 padding top 1 left 0 bottom 1 right 0 rounding-up : f32[n, 6*h+1, 2*((w+1)/3)-1, 2]
      %q = padding(%p) edge amounts [0 0, -1 2, 0 0, 0 0] : f32[n, 6*h+2, 2*((w+1)/3)-1, 2]
      %r = reshape(%d) to [=, ?, 2*((w+1)/3), 1] : f32[n, 6*h, 2*((w+1)/3), 1]
      %"s t" = call @g(%r) : f32[n, 6*h, 2*((w+1)/3), 1]
      return %q, %"s t" as "out"
    }

    function @g(%x: f32[a, b, c, 1]) {
      %y = exp(%x) : f32[a, b, c, 1]
      return %y
    }
    """# + "\n"
