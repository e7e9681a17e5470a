return ""
