//! What meetings of a ministry are about.

/// What is done in a meeting.
pub(crate) const WORK: [&str; 13] = [
    "Họp rà soát",
    "Nghe báo cáo",
    "Hội nghị sơ kết",
    "Làm việc với các đơn vị về",
    "Họp thẩm định dự thảo Thông tư quy định về",
    "Giao ban công tác",
    "Họp Ban Chỉ đạo",
    "Họp tổ công tác kiểm tra",
    "Hội thảo lấy ý kiến về",
    "Nghiệm thu đề tài",
    "Tập huấn",
    "Họp Hội đồng tư vấn",
    "Tiếp đoàn công tác tỉnh Thừa Thiên Huế về",
];
/// And with what.
pub(crate) const MATTERS: [&str; 17] = [
    "việc sử dụng hộp thư điện tử công vụ của các đơn vị thuộc Bộ",
    "tiến độ tu bổ, tôn tạo các di tích quốc gia đặc biệt",
    "cung cấp dịch vụ công trực tuyến mức độ 4",
    "xúc tiến, quảng bá du lịch sáu tháng cuối năm",
    "số hóa hiện vật của các bảo tàng trực thuộc",
    "văn thư, lưu trữ điện tử",
    "thư viện lưu động",
    "lực lượng vận động viên dự đại hội thể thao khu vực",
    "dự toán ngân sách",
    "quyền tác giả trên môi trường mạng",
    "đào tạo, bồi dưỡng cán bộ, công chức, viên chức",
    "lễ hội truyền thống và việc bảo tồn di sản văn hóa phi vật thể của các dân tộc thiểu số",
    "giải thưởng văn học, nghệ thuật",
    "an toàn thông tin",
    "gia đình văn hóa ở khu dân cư",
    "nhà hát và các đơn vị nghệ thuật biểu diễn công lập",
    "chuyển đổi số",
];
