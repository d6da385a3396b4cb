// Distances between two rows of floats, in place of libfaiss's own, which Debian compiles for the oldest processor of its
// kind. libfaiss's symbols are made weak at link time, so that the ones defined here win (see ../faiss-binary.mjs).
//
// Invariants:
// - Any dimension from 0 on, any alignment. Nothing outside of the rows is read.
// - The answer depends on the floats alone, not on where they lie: equal rows have equal distances, in every index.
// - One choice of kernel a process, when it is loaded: AVX2 with FMA where the processor has both, else the portable one.
//   The environment variable HVS_PORTABLE_KERNELS=1 takes the portable one anyway; it is there for tests.

#include <cstddef>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

// The two kinds of distance, each as what a pair of floats adds to the sum. A vector of floats works as a float does.
struct InnerProduct {
    template <typename T>
    static T step(T sum, T x, T y) {
        return sum + x * y;
    }
};
struct SquaredL2 {
    template <typename T>
    static T step(T sum, T x, T y) {
        const T difference = x - y;
        return sum + difference * difference;
    }
};

// Four floats, as every processor that FAISS runs on has them: SSE on x86-64, NEON on arm64.
typedef float Quad __attribute__((vector_size(16)));

inline Quad load(const float* from) {
    Quad quad;
    std::memcpy(&quad, from, sizeof quad); // no alignment is asked for
    return quad;
}

template <typename Kind>
float portable(const float* x, const float* y, size_t d) {
    Quad a = {0, 0, 0, 0}, b = a, c = a, e = a;
    size_t i = 0;
    for (; i + 16 <= d; i += 16) {
        a = Kind::step(a, load(x + i), load(y + i));
        b = Kind::step(b, load(x + i + 4), load(y + i + 4));
        c = Kind::step(c, load(x + i + 8), load(y + i + 8));
        e = Kind::step(e, load(x + i + 12), load(y + i + 12));
    }
    const Quad all = (a + b) + (c + e);
    float sum = (all[0] + all[1]) + (all[2] + all[3]);
    for (; i < d; i++) {
        sum = Kind::step(sum, x[i], y[i]);
    }
    return sum;
}

#if defined(__x86_64__)

#define HVS_AVX2 __attribute__((target("avx2,fma")))

struct FusedInnerProduct {
    HVS_AVX2 static inline __m256 step(__m256 sum, __m256 x, __m256 y) {
        return _mm256_fmadd_ps(x, y, sum);
    }
};
struct FusedSquaredL2 {
    HVS_AVX2 static inline __m256 step(__m256 sum, __m256 x, __m256 y) {
        const __m256 difference = _mm256_sub_ps(x, y);
        return _mm256_fmadd_ps(difference, difference, sum);
    }
};

// The first `count` (0 to 8) floats; the others are 0, and their memory is not touched.
HVS_AVX2 inline __m256 loadFirst(const float* from, size_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_maskload_ps(from, _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes));
}

HVS_AVX2 inline float sumOf(__m256 eight) {
    const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

// How far ahead of the row that is read the memory is called in, in floats: scans read row after row, and the processor
// alone stops looking ahead at the end of each 4 KB page. Calling in memory that is not there does nothing.
constexpr size_t floatsAhead = 512;

inline void callIn(const float* at) {
    _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T0);
}

// Four sums, so that an addition need not wait for the one before.
template <typename Kind>
HVS_AVX2 float avx2(const float* x, const float* y, size_t d) {
    __m256 a = _mm256_setzero_ps(), b = a, c = a, e = a;
    size_t i = 0;
    for (; i + 32 <= d; i += 32) {
        callIn(y + i + floatsAhead);
        callIn(y + i + floatsAhead + 16);
        a = Kind::step(a, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i));
        b = Kind::step(b, _mm256_loadu_ps(x + i + 8), _mm256_loadu_ps(y + i + 8));
        c = Kind::step(c, _mm256_loadu_ps(x + i + 16), _mm256_loadu_ps(y + i + 16));
        e = Kind::step(e, _mm256_loadu_ps(x + i + 24), _mm256_loadu_ps(y + i + 24));
    }
    for (; i + 8 <= d; i += 8) {
        a = Kind::step(a, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i));
    }
    if (i < d) {
        b = Kind::step(b, loadFirst(x + i, d - i), loadFirst(y + i, d - i));
    }
    return sumOf(_mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, e)));
}

#endif

typedef float (*Distance)(const float*, const float*, size_t);

struct Kernels {
    const char* name;
    Distance innerProduct;
    Distance squaredL2;
};

Kernels chooseKernels() {
    const char* wish = std::getenv("HVS_PORTABLE_KERNELS");
    const bool portableOnly = wish != nullptr && std::strcmp(wish, "1") == 0;
#if defined(__x86_64__)
    if (!portableOnly && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return {"avx2", avx2<FusedInnerProduct>, avx2<FusedSquaredL2>};
    }
#endif
    (void)portableOnly;
    return {"portable", portable<InnerProduct>, portable<SquaredL2>};
}

const Kernels kernels = chooseKernels();

// Rows that follow one another.
void toRows(Distance distance, float* answers, const float* x, const float* rows, size_t d, size_t count) {
    for (size_t row = 0; row < count; row++) {
        answers[row] = distance(x, rows + row * d, d);
    }
}

// Rows that lie anywhere.
void toFour(Distance distance, const float* x, const float* const (&rows)[4], size_t d, float* const (&answers)[4]) {
    for (size_t at = 0; at < 4; at++) {
        *answers[at] = distance(x, rows[at], d);
    }
}

} // namespace

// Which kernels were chosen; the addon hands it on.
const char* hvsKernelsName() {
    return kernels.name;
}

// Declared as in faiss/utils/distances.h, which is not included: its declarations differ between versions.
namespace faiss {

float fvec_inner_product(const float* x, const float* y, size_t d) {
    return kernels.innerProduct(x, y, d);
}

float fvec_L2sqr(const float* x, const float* y, size_t d) {
    return kernels.squaredL2(x, y, d);
}

void fvec_inner_products_ny(float* ip, const float* x, const float* y, size_t d, size_t ny) {
    toRows(kernels.innerProduct, ip, x, y, d, ny);
}

void fvec_L2sqr_ny(float* dis, const float* x, const float* y, size_t d, size_t ny) {
    toRows(kernels.squaredL2, dis, x, y, d, ny);
}

// FAISS 1.8 and later compare four rows at a time in an HNSW graph.
void fvec_inner_product_batch_4(
        const float* x,
        const float* y0,
        const float* y1,
        const float* y2,
        const float* y3,
        const size_t d,
        float& ip0,
        float& ip1,
        float& ip2,
        float& ip3) {
    toFour(kernels.innerProduct, x, {y0, y1, y2, y3}, d, {&ip0, &ip1, &ip2, &ip3});
}

void fvec_L2sqr_batch_4(
        const float* x,
        const float* y0,
        const float* y1,
        const float* y2,
        const float* y3,
        const size_t d,
        float& dis0,
        float& dis1,
        float& dis2,
        float& dis3) {
    toFour(kernels.squaredL2, x, {y0, y1, y2, y3}, d, {&dis0, &dis1, &dis2, &dis3});
}

} // namespace faiss
