#include "archive/gzip_decoder.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <isa-l/igzip_lib.h>

#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::uint8_t first_magic = 0x1f;
constexpr std::uint8_t second_magic = 0x8b;

Error damaged(const std::string& why) {
    return Error("the gzip data " + why, ExitStatus::verification)
        .try_this("the file matches its pinned digest, so the release pins a damaged file: correct "
                  "the release");
}

std::size_t read_at(int fd, std::span<std::uint8_t> out, std::int64_t offset) {
    for (;;) {
        const auto count = ::pread(fd, out.data(), out.size(), offset);
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            throw system_error(errno, "read the downloaded archive");
        }
    }
}

} // namespace

bool is_gzip(int fd) {
    std::array<std::uint8_t, 2> magic{};
    return read_at(fd, magic, 0) == magic.size() && magic[0] == first_magic &&
           magic[1] == second_magic;
}

void GzipDecoder::Free::operator()(inflate_state* state) const noexcept {
    delete state;
}

GzipDecoder::GzipDecoder(int fd)
    : fd_(fd), input_(std::size_t{256} << 10U), state_(new inflate_state) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
}

/// Reads more input; returns false at the end of the file.
bool GzipDecoder::refill() {
    const auto count = read_at(fd_, input_, offset_);
    offset_ += static_cast<std::int64_t>(count);
    give_back();
    state_->next_in = input_.data();
    state_->avail_in = static_cast<std::uint32_t>(count);
    return count > 0;
}

void GzipDecoder::give_back() {
    constexpr std::int64_t step = std::int64_t{4} << 20U;
    if (offset_ - given_back_ >= step) {
        // Not every file system supports this: then the space is freed with the file.
        static_cast<void>(::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, given_back_,
                                      offset_ - given_back_));
        given_back_ = offset_;
    }
}

/// Starts the next member; returns false if nothing or only padding follows.
bool GzipDecoder::begin_next_member() {
    if ((state_->avail_in == 0 && !refill()) || *state_->next_in != first_magic) {
        return false;
    }
    isal_inflate_reset(state_.get());
    state_->crc_flag = ISAL_GZIP;
    return true;
}

std::size_t GzipDecoder::read(std::span<std::byte> out) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): ISA-L takes uint8_t
    state_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
    state_->avail_out = static_cast<std::uint32_t>(out.size());
    while (state_->avail_out > 0) {
        if (state_->block_state == ISAL_BLOCK_FINISH && !begin_next_member()) {
            break;
        }
        const bool more = state_->avail_in > 0 || refill();
        const auto room = state_->avail_out;
        // Called even without input: the state may still hold output of earlier input.
        if (isal_inflate(state_.get()) < 0) {
            throw damaged("is damaged");
        }
        if (!more && state_->avail_out == room && state_->block_state != ISAL_BLOCK_FINISH) {
            throw damaged("ends too early");
        }
    }
    return out.size() - state_->avail_out;
}

} // namespace k8s_node
