#include "store/member_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>

#include "store/tree.hpp"
#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

unsigned read_only_mode(unsigned mode) {
    return (mode & 0111U) != 0 ? 0555 : 0444;
}

MemberFile::MemberFile(const fs::path& tree, const std::string& path, std::string from)
    : file_(tree / path), entry_{path, std::move(from), 0, 0444, {}} {
    make_staged_directories(file_.parent_path());
    fd_.reset(::open(file_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd_) {
        throw system_error(errno, "create " + file_.string());
    }
    hasher_ = std::make_unique<TrailingHasher>(fd_.get(), HashAlgorithm::sha256);
}

void MemberFile::append(std::span<const std::byte> bytes) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): write_all() takes chars
    write_all(fd_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
              "write " + file_.string());
    entry_.size += bytes.size();
    hasher_->grown_to(entry_.size);
    constexpr std::uint64_t step = std::uint64_t{8} << 20U;
    if (entry_.size - written_back_ >= step) {
        start_writing_back();
    }
}

/// Makes the kernel write back while the rest is still being unpacked, so that the sync before
/// publishing has little left to do.
void MemberFile::start_writing_back() {
    // Only a hint: if it fails, the sync writes everything.
    static_cast<void>(::sync_file_range(fd_.get(), static_cast<off64_t>(written_back_),
                                        static_cast<off64_t>(entry_.size - written_back_),
                                        SYNC_FILE_RANGE_WRITE));
    written_back_ = entry_.size;
}

void MemberFile::fill_to(std::uint64_t offset) {
    static std::array<std::byte, 65536> zeros{}; // not const: then they take no room in the program
    while (entry_.size < offset) {
        const auto count = std::min<std::uint64_t>(offset - entry_.size, zeros.size());
        append(std::span(zeros).first(count));
    }
}

void MemberFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
    fill_to(offset);
    append(bytes);
}

EntryFile MemberFile::finish(std::uint64_t size, unsigned mode) {
    fill_to(size);
    start_writing_back();
    entry_.mode = read_only_mode(mode);
    if (::fchmod(fd_.get(), entry_.mode) < 0) {
        throw system_error(errno, "change the mode of " + file_.string());
    }
    entry_.sha256 = hasher_->finish();
    return entry_;
}

std::future<void> MemberFile::sync() && {
    return std::async(std::launch::async, [fd = std::move(fd_), path = file_.string()] {
        if (::fsync(fd.get()) < 0) {
            throw system_error(errno, "sync " + path);
        }
    });
}

} // namespace k8s_node
