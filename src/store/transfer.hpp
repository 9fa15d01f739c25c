// A transfer from a URL into a file, by libcurl.
#pragma once

#include <array>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>

#include "loop/curl_on_loop.hpp"
#include "store/download_file.hpp"
#include "store/fetch_options.hpp"
#include "store/mirror.hpp"
#include "store/retry.hpp"

namespace k8s_node {

/// A libcurl handle with this program's rules: TLS verified, redirects to https only, no signals,
/// stalled transfers aborted. The connection is kept between transfers.
class Transfer {
public:
    using Progress = std::function<void(std::uint64_t bytes, std::uint64_t total)>;

    /// Waits in `loop`, which must outlive it.
    Transfer(EventLoop& loop, const FetchOptions& options);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    Transfer(Transfer&&) = delete;
    Transfer& operator=(Transfer&&) = delete;
    ~Transfer() = default;

    /// Appends to `file` from its end; if the server sends from the first byte instead, the file
    /// is restarted. Throws Error if the file cannot take the bytes; everything else is in the
    /// outcome.
    [[nodiscard]] TransferOutcome run(const DownloadSource& source, DownloadFile& file,
                                      const Progress& progress);

private:
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static int on_progress(void* self, curl_off_t total, curl_off_t now, curl_off_t, curl_off_t);

    void set_fixed_options(const FetchOptions& options);
    void begin_body();
    [[nodiscard]] TransferOutcome outcome_of(CURLcode code);

    EventLoop& loop_;
    CurlPerformer performer_;
    CurlHandle curl_;
    std::string ca_file_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};

    // State of the running transfer.
    DownloadFile* file_ = nullptr;
    const Progress* progress_ = nullptr;
    std::uint64_t offset_ = 0;                 ///< size of the file when the transfer started
    std::optional<std::uint64_t> range_start_; ///< from the server's Content-Range
    bool body_begun_ = false;
    bool range_refused_ = false;
    bool unasked_part_ = false;
    std::chrono::steady_clock::time_point last_progress_;
    std::exception_ptr failure_; ///< what a callback threw: C must not see it
};

} // namespace k8s_node
