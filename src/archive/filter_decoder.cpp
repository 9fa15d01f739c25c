#include "archive/filter_decoder.hpp"

#include <cerrno>
#include <string>
#include <unistd.h>

#include <archive_entry.h>

#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t read_size = std::size_t{256} << 10U;

Error unreadable(archive* reader) {
    const char* const text = archive_error_string(reader);
    return Error("the archive cannot be read: " +
                     std::string(text != nullptr ? text : "unknown error"),
                 ExitStatus::verification)
        .try_this("the file matches its pinned digest, so the release pins something that is not a "
                  "complete tar archive: correct the release");
}

} // namespace

FilterDecoder::FilterDecoder(int fd) : reader_(archive_read_new()) {
    if (!reader_) {
        throw Error("cannot create a libarchive reader");
    }
    archive_read_support_filter_xz(reader_.get());
    archive_read_support_filter_zstd(reader_.get());
    archive_read_support_filter_bzip2(reader_.get());
    archive_read_support_format_raw(reader_.get());
    if (::lseek(fd, 0, SEEK_SET) < 0) {
        throw system_error(errno, "read the downloaded archive");
    }
    archive_entry* entry = nullptr;
    if (archive_read_open_fd(reader_.get(), fd, read_size) != ARCHIVE_OK) {
        throw unreadable(reader_.get());
    }
    const int result = archive_read_next_header(reader_.get(), &entry);
    empty_ = result == ARCHIVE_EOF;
    if (!empty_ && result != ARCHIVE_OK) {
        throw unreadable(reader_.get());
    }
}

std::size_t FilterDecoder::read(std::span<std::byte> out) {
    const auto count = empty_ ? 0 : archive_read_data(reader_.get(), out.data(), out.size());
    if (count < 0) {
        throw unreadable(reader_.get());
    }
    return static_cast<std::size_t>(count);
}

} // namespace k8s_node
