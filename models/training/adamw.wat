;; AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2) and the gradient's norm, four float32 lanes at a time.
;; Plain SIMD only, none of the relaxed instructions: every IEEE machine gives the same bits. Arrays are 16-byte aligned and
;; their lengths multiples of four, which makeParameters sees to. Bytes: adamw-bytes.ts, made by `node build/wat.mjs`.
(module
  (import "host" "memory" (memory 1))

  ;; Sum of squares of n floats at p, in float64: two pairs of partial sums, added in this order always. NaN stays NaN.
  (func (export "sumOfSquares") (param $p i32) (param $n i32) (result f64)
    (local $end i32) (local $x v128) (local $low v128) (local $high v128) (local $a v128) (local $b v128)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
      (local.set $x (v128.load (local.get $p)))
      (local.set $low (f64x2.promote_low_f32x4 (local.get $x)))
      (local.set $high (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $x) (local.get $x))))
      (local.set $a (f64x2.add (local.get $a) (f64x2.mul (local.get $low) (local.get $low))))
      (local.set $b (f64x2.add (local.get $b) (f64x2.mul (local.get $high) (local.get $high))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br $next)))
    (local.set $a (f64x2.add (local.get $a) (local.get $b)))
    (f64.add (f64x2.extract_lane 0 (local.get $a)) (f64x2.extract_lane 1 (local.get $a))))

  ;; One update in place of n weights at w from their gradients at g times `scale`, with moments at m and v.
  ;; rate: learning rate / (1 - beta1^t); correction: 1 / (1 - beta2^t); decay: 1 - learning rate * weight decay, or 1.
  (func (export "update") (param $w i32) (param $g i32) (param $m i32) (param $v i32) (param $n i32)
      (param $scale f32) (param $rate f32) (param $correction f32) (param $decay f32) (param $beta1 f32) (param $beta2 f32) (param $epsilon f32)
    (local $end i32) (local $gi v128) (local $mi v128) (local $vi v128)
    (local.set $end (i32.add (local.get $w) (i32.shl (local.get $n) (i32.const 2))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $w) (local.get $end)))
      ;; A gradient whose square would be a denormal moves nothing that epsilon does not hold still: zero. So are moments
      ;; below 1e-30: left alone they decay into denormals, and arithmetic becomes 25 times slower. "Not less", so that NaN stays.
      (local.set $gi (f32x4.mul (f32x4.splat (local.get $scale)) (v128.load (local.get $g))))
      (local.set $gi (v128.andnot (local.get $gi) (f32x4.lt (f32x4.abs (local.get $gi)) (f32x4.splat (f32.const 1e-15)))))
      (local.set $mi (f32x4.add (f32x4.mul (f32x4.splat (local.get $beta1)) (v128.load (local.get $m)))
        (f32x4.mul (f32x4.splat (f32.sub (f32.const 1) (local.get $beta1))) (local.get $gi))))
      (local.set $mi (v128.andnot (local.get $mi) (f32x4.lt (f32x4.abs (local.get $mi)) (f32x4.splat (f32.const 1e-30)))))
      (v128.store (local.get $m) (local.get $mi))
      (local.set $vi (f32x4.add (f32x4.mul (f32x4.splat (local.get $beta2)) (v128.load (local.get $v)))
        (f32x4.mul (f32x4.splat (f32.sub (f32.const 1) (local.get $beta2))) (f32x4.mul (local.get $gi) (local.get $gi)))))
      (local.set $vi (v128.andnot (local.get $vi) (f32x4.lt (local.get $vi) (f32x4.splat (f32.const 1e-30)))))
      (v128.store (local.get $v) (local.get $vi))
      (v128.store (local.get $w) (f32x4.sub (f32x4.mul (f32x4.splat (local.get $decay)) (v128.load (local.get $w)))
        (f32x4.div (f32x4.mul (f32x4.splat (local.get $rate)) (local.get $mi))
          (f32x4.add (f32x4.sqrt (f32x4.mul (local.get $vi) (f32x4.splat (local.get $correction)))) (f32x4.splat (local.get $epsilon))))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (br $next)))))
