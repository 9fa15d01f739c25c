#include "store/transfer.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <string_view>
#include <sys/stat.h>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr long partial_content = 206;

bool starts_with_ignoring_case(std::string_view text, std::string_view lower_case) {
    return text.size() >= lower_case.size() &&
           std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char want, char have) {
               return want == std::tolower(static_cast<unsigned char>(have));
           });
}

/// Returns 100 for "Content-Range: bytes 100-199/200".
std::optional<std::uint64_t> parse_range_start(std::string_view header) {
    constexpr std::string_view name = "content-range: bytes ";
    if (!starts_with_ignoring_case(header, name)) {
        return std::nullopt;
    }
    const auto value = header.substr(name.size());
    const auto start = parse_integer(value.substr(0, value.find('-')));
    return start && *start >= 0 ? std::optional(static_cast<std::uint64_t>(*start)) : std::nullopt;
}

/// Returns why a file:// URL must not be opened: a pipe could block forever, a directory would be
/// read as an empty file. Empty for every other URL.
std::string why_unreadable(std::string_view url) {
    constexpr std::string_view scheme = "file://";
    if (!starts_with_ignoring_case(url, scheme)) {
        return {};
    }
    const auto path =
        percent_decoded(url.substr(std::min(url.find('/', scheme.size()), url.size())));
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0 || S_ISREG(status.st_mode)) {
        return {}; // libcurl reports missing files
    }
    return path + (S_ISDIR(status.st_mode) ? " is a directory" : " is not a regular file");
}

} // namespace

Transfer::Transfer(EventLoop& loop, const FetchOptions& options)
    : loop_(loop), performer_(loop), curl_(make_curl_handle()), ca_file_(options.ca_file.string()) {
    set_fixed_options(options);
}

void Transfer::set_fixed_options(const FetchOptions& options) {
    CURL* const curl = curl_.get();
    constexpr long largest_buffer = 512L << 10U;
    constexpr long slowest_bytes_per_second = 1024;
    set_option(curl, CURLOPT_USERAGENT, "k8s-node-install");
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_BUFFERSIZE, largest_buffer);
    // One large file per connection: HTTP/2's flow control would only add cost.
    set_option(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(curl, CURLOPT_PROTOCOLS_STR, "https,http,file");
    set_option(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set_option(curl, CURLOPT_FOLLOWLOCATION, 1L);
    set_option(curl, CURLOPT_MAXREDIRS, 10L);
    set_option(curl, CURLOPT_FAILONERROR, 1L);
    set_option(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    set_option(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    set_option(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
    set_option(curl, CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_second);
    set_option(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.stall_timeout.count()));
    set_option(curl, CURLOPT_NOPROGRESS, 0L);
    set_option(curl, CURLOPT_ERRORBUFFER, error_text_.data());
    set_option(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set_option(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set_option(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
    set_option(curl, CURLOPT_HEADERDATA, this);
    set_option(curl, CURLOPT_WRITEDATA, this);
    set_option(curl, CURLOPT_XFERINFODATA, this);
}

TransferOutcome Transfer::run(const DownloadSource& source, DownloadFile& file,
                              const Progress& progress) {
    file_ = &file;
    progress_ = &progress;
    offset_ = file.size();
    range_start_.reset();
    body_begun_ = range_refused_ = unasked_part_ = false;
    last_progress_ = {};
    failure_ = nullptr;
    error_text_.front() = '\0';

    if (const auto why = why_unreadable(source.url); !why.empty()) {
        return {.curl_code = CURLE_FILE_COULDNT_READ_FILE, .error_text = why};
    }
    CURL* const curl = curl_.get();
    const auto range = std::to_string(offset_) + "-";
    set_option(curl, CURLOPT_URL, source.url.c_str());
    set_option(curl, CURLOPT_RANGE, offset_ > 0 ? range.c_str() : nullptr);
    if (source.mirror && !ca_file_.empty()) {
        set_option(curl, CURLOPT_CAINFO, ca_file_.c_str());
    }
    const auto code = performer_.perform(curl);
    if (failure_) {
        std::rethrow_exception(failure_);
    }
    loop_.throw_if_to_end(); // on_progress() may have heard of it before the wait
    return outcome_of(code);
}

TransferOutcome Transfer::outcome_of(CURLcode code) {
    TransferOutcome outcome;
    outcome.curl_code = code;
    outcome.error_text = error_text_.data();
    outcome.range_refused = range_refused_;
    outcome.unasked_part = unasked_part_;
    libcurl().easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &outcome.http_status);
    const char* type = nullptr;
    libcurl().easy_getinfo(curl_.get(), CURLINFO_CONTENT_TYPE, &type);
    outcome.content_type = type != nullptr ? type : "";
    curl_off_t seconds = 0;
    libcurl().easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &seconds);
    outcome.retry_after = std::chrono::seconds(seconds);
    return outcome;
}

/// Decides at the first byte whether it continues the file.
void Transfer::begin_body() {
    body_begun_ = true;
    long status = 0;
    libcurl().easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    const bool is_http = status != 0;
    if (is_http && status != partial_content) {
        offset_ = 0;
        file_->restart();
    } else if (is_http && offset_ == 0) {
        unasked_part_ = true;
    } else if (is_http && range_start_ != offset_) {
        range_refused_ = true;
    }
    file_->continue_here();
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto start = parse_range_start({data, size * count});
    if (start) {
        transfer.range_start_ = start;
    }
    return size * count;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    try {
        if (!transfer.body_begun_) {
            transfer.begin_body();
        }
        if (transfer.range_refused_ || transfer.unasked_part_) {
            return 0;
        }
        transfer.file_->append(std::as_bytes(std::span(data, size * count)));
        return size * count;
    } catch (...) {
        transfer.failure_ = std::current_exception();
        return 0;
    }
}

int Transfer::on_progress(void* self, curl_off_t total, curl_off_t /*now*/, curl_off_t /*upload*/,
                          curl_off_t /*uploaded*/) {
    constexpr auto between = std::chrono::milliseconds(100);
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.loop_.is_to_end()) {
        return 1; // libcurl reads a file in one go, and the loop does not run meanwhile
    }
    const auto now = std::chrono::steady_clock::now();
    if (transfer.body_begun_ && now - transfer.last_progress_ >= between) {
        transfer.last_progress_ = now;
        const auto rest = static_cast<std::uint64_t>(total);
        (*transfer.progress_)(transfer.file_->size(), rest == 0 ? 0 : transfer.offset_ + rest);
    }
    return 0;
}

} // namespace k8s_node
