// AlertFeed
