#include "store/download_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

DownloadFile::DownloadFile(std::filesystem::path path, HashAlgorithm algorithm, std::uint64_t limit)
    : path_(std::move(path)),
      fd_(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)),
      algorithm_(algorithm), limit_(limit) {
    if (!fd_) {
        throw system_error(errno, "create " + path_.string());
    }
    hasher_.emplace(fd_.get(), algorithm_);
}

void DownloadFile::restart() {
    hasher_.reset(); // stop hashing before the file is truncated
    if (::ftruncate(fd_.get(), 0) < 0 || ::lseek(fd_.get(), 0, SEEK_SET) < 0) {
        throw system_error(errno, "truncate " + path_.string());
    }
    hasher_.emplace(fd_.get(), algorithm_);
    size_ = 0;
    pieces_ = 0;
}

void DownloadFile::append(std::span<const std::byte> bytes) {
    if (bytes.size() > limit_ - size_) {
        throw Error("the download is larger than " + human_bytes(limit_), ExitStatus::fetch)
            .try_this("check the URL: no Kubernetes artifact is that large");
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): write_all() takes chars
    write_all(fd_.get(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()},
              "write " + path_.string());
    size_ += bytes.size();
    hasher_->grown_to(size_);
}

} // namespace k8s_node
