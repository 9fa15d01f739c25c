// gzip, with zlib as the judge: both say the same of any bytes.
#include <array>
#include <optional>
#include <string>
#include <zlib.h>

#include "archive/gzip_decoder.hpp"
#include "memory_file.hpp"
#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

/// A bomb in 100 bytes is no news; the judge shall not wait for it.
constexpr std::size_t output_limit = std::size_t{4} << 20U;

/// nullopt for what is refused.
std::optional<std::string> decode(std::string_view bytes, std::size_t step) {
    const auto file = memory_file(bytes);
    std::string out;
    const bool accepted = accepts([&] {
        GzipDecoder decoder(file.get());
        std::string piece(step, '\0');
        for (std::size_t size = step; size > 0 && out.size() < output_limit;) {
            size = decoder.read(std::as_writable_bytes(std::span(piece)));
            require(size <= step, "no more is given than there is room for");
            out.append(piece, 0, size);
        }
    });
    return accepted ? std::optional(std::move(out)) : std::nullopt;
}

/// The first member as zlib decodes it; nullopt for what it refuses.
std::optional<std::string> judge(std::string_view bytes) {
    z_stream stream{};
    require(::inflateInit2(&stream, 15 + 16) == Z_OK, "zlib starts");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::array<char, 4096> piece{};
    int result = Z_OK;
    while (result == Z_OK && out.size() < output_limit) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = piece.size();
        result = ::inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    ::inflateEnd(&stream);
    return result == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

std::string compress(std::string_view bytes) {
    z_stream stream{};
    require(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK,
            "zlib starts");
    std::string out(::deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    require(::deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib compresses");
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const std::string bytes(fuzz::as_text(data, size));
    const auto zipped = fuzz::compress(bytes);
    fuzz::require(fuzz::decode(zipped, 4096) == bytes, "what zlib wrote is read");
    fuzz::require(fuzz::decode(zipped + zipped, 7) == bytes + bytes, "two members are one file");
    fuzz::require(!fuzz::decode(zipped.substr(0, zipped.size() - 1), 4096),
                  "a torn file is refused");
    if (bytes.starts_with("\x1f\x8b")) {
        const auto decoded = fuzz::decode(bytes, 4096);
        const auto expected = fuzz::judge(bytes);
        fuzz::require(!decoded || !expected || decoded->starts_with(*expected),
                      "both decoders give the same bytes");
        fuzz::require(!decoded || expected || decoded->size() >= fuzz::output_limit,
                      "nothing is accepted that zlib refuses");
    }
    return 0;
}
